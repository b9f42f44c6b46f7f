"""Files of installed packages that pages need, served from where they are installed: never copied into the project."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage

BOKEH_FILES = ("bokeh.min.js", "bokeh-gl.min.js")


def bokeh_folder() -> Path:
    """Where bokeh keeps its browser part. Found without importing it, which takes a second."""
    spec = find_spec("bokeh")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("bokeh is not installed: install afsweb's own dependencies")
    return Path(spec.origin).parent / "server" / "static" / "js"


class BokehFinder(BaseFinder):
    """Finds the files of bokeh that pages ask for; the folder holds ten times as much that no page asks for."""

    def __init__(self, *_args: Any, **_kwargs: Any) -> None:
        self.storage = FileSystemStorage(location=bokeh_folder())
        self.storage.prefix = "bokeh"  # type: ignore[attr-defined]

    def check(self, **_kwargs: Any) -> list[Any]:
        return []

    def find(self, path: str, find_all: bool = False, **_kwargs: Any) -> Any:
        name = path.removeprefix("bokeh/")
        if not path.startswith("bokeh/") or name not in BOKEH_FILES:
            return []
        return [self.storage.path(name)] if find_all else self.storage.path(name)

    def list(self, ignore_patterns: Any) -> Iterator[tuple[str, FileSystemStorage]]:  # noqa: ARG002
        return ((name, self.storage) for name in BOKEH_FILES)
