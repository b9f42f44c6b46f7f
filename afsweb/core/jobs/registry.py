"""Which job kinds exist. A kind is a plain function; `<app>/jobs.py` modules hold them and are imported on first use."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.util import find_spec

from django.apps import apps

JobBody = Callable[..., None]


@dataclass(frozen=True)
class Kind:
    """A kind of job: its body, where it runs, how often it is tried, whether it needs a GPU slot to itself."""

    name: str
    body: JobBody
    queue: str
    max_attempts: int
    needs_gpu_slot: bool


_kinds: dict[str, Kind] = {}


def job(
    name: str, *, queue: str = "default", max_attempts: int = 3, needs_gpu_slot: bool = False
) -> Callable[[JobBody], JobBody]:
    """Register a job body `def body(ctx: JobContext, **params) -> None`. It must be safe to stop and to run twice."""

    def register(body: JobBody) -> JobBody:
        _kinds[name] = Kind(name, body, queue, max_attempts, needs_gpu_slot)
        return body

    return register


@cache
def _load() -> None:
    for config in apps.get_app_configs():
        if config.label in ("datasets", "training", "evals") and find_spec(f"{config.name}.jobs"):
            import_module(f"{config.name}.jobs")


def get_kind(name: str) -> Kind:
    """The kind called `name`. Raises KeyError when this version of the code has none such."""
    _load()
    return _kinds[name]
