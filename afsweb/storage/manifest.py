"""The list of a folder's files that is the same on every machine, and names the folder by its sha256."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import PurePosixPath
from typing import Any

from afsweb.storage.errors import BadManifest, NameNotPortable

FORMAT = 1
# What Windows refuses in a name: learn.microsoft.com/windows/win32/fileio/naming-a-file.
_FORBIDDEN = re.compile(r'[\\:*?"<>|\x00-\x1f]')
_SHA256 = re.compile(r"[0-9a-f]{64}")
_RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?")


@dataclass(frozen=True)
class StoredFile:
    """One file: its path below the folder with `/`, its size in bytes, the sha256 of its content."""

    path: str
    size: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """The files of one folder, ordered by path. Equal content has equal bytes here, whatever wrote it."""

    files: tuple[StoredFile, ...]

    @classmethod
    def of(cls, files: Iterable[StoredFile]) -> Manifest:
        """The manifest of these files. Raises `NameNotPortable`."""
        ordered = tuple(sorted(files, key=lambda file: file.path))
        check_names([file.path for file in ordered])
        return cls(ordered)

    @classmethod
    def from_bytes(cls, data: bytes) -> Manifest:
        """The manifest that `data` says. Raises ValueError, KeyError or TypeError when it says none."""
        content = json.loads(data)
        return cls(tuple(StoredFile(file["path"], file["size"], file["sha256"]) for file in content["files"]))

    @classmethod
    def named(cls, sha256: str, data: bytes) -> Manifest:
        """The manifest `data` that a stranger sent as `sha256`, with nothing in it that could leave its folder.

        Raises `BadManifest`, `NameNotPortable`.
        """
        if hashlib.sha256(data).hexdigest() != sha256:
            raise BadManifest(sha256=sha256, problem="its sha256 is another")
        try:
            read = cls.from_bytes(data)
            manifest = cls.of(read.files)
            canonical = all(map(_is_sound, read.files)) and manifest.data == data
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            canonical = False
        if not canonical or not _is_tree([file.path for file in read.files]):
            raise BadManifest(sha256=sha256, problem="it is not written as lists of files are")
        return manifest

    def to_json(self) -> dict[str, Any]:
        """The manifest as JSON types."""
        return {"format": FORMAT, "files": [asdict(file) for file in self.files]}

    @cached_property
    def data(self) -> bytes:
        """The canonical bytes: sorted keys, no spaces, UTF-8."""
        return json.dumps(self.to_json(), ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()

    @cached_property
    def sha256(self) -> str:
        """The name of the content."""
        return hashlib.sha256(self.data).hexdigest()

    @property
    def size(self) -> int:
        """Bytes of all files together."""
        return sum(file.size for file in self.files)

    @cached_property
    def contents(self) -> tuple[StoredFile, ...]:
        """One file for each content: what is there twice travels once."""
        return tuple({file.sha256: file for file in reversed(self.files)}.values())[::-1]


def _is_sound(file: StoredFile) -> bool:
    kinds = isinstance(file.path, str) and type(file.size) is int and isinstance(file.sha256, str)
    return kinds and file.size >= 0 and bool(_SHA256.fullmatch(file.sha256)) and _is_relative(file.path)


def _is_relative(path: str) -> bool:
    """Whether the path is written in the one way that stays below its folder."""
    return bool(path) and not path.startswith("/") and str(PurePosixPath(path)) == path


def _is_tree(paths: list[str]) -> bool:
    """Whether there is a file, each path is there once, and none is a folder of another."""
    folders = {str(parent) for path in paths for parent in PurePosixPath(path).parents}
    return bool(paths) and len(set(paths)) == len(paths) and folders.isdisjoint(paths)


def check_names(paths: list[str]) -> None:
    """Raise `NameNotPortable` for a path that Linux, macOS and Windows would not all hold, each under the same name."""
    seen: dict[str, str] = {}
    for path in paths:
        for part in PurePosixPath(path).parts:
            problem = _problem(part)
            if problem:
                raise NameNotPortable(path=path, problem=problem)
        for name in (path, *map(str, PurePosixPath(path).parents)):
            other = seen.setdefault(name.casefold(), name)
            if other != name:
                raise NameNotPortable(path=path, problem=f"“{other}” differs from it only by upper and lower case")


def _problem(part: str) -> str | None:
    if _FORBIDDEN.search(part) or part in ("..", "."):
        return "its name has a character that some systems forbid"
    if _RESERVED.fullmatch(part) or part[-1] in ". ":
        return "Windows reserves such names"
    if unicodedata.normalize("NFC", part) != part:
        return "its accents are written as separate characters"
    if not part.isprintable():
        return "its name has a character that cannot be read"
    return None
