"""Which job kinds exist. A kind is a plain function; `<app>/jobs.py` modules hold them, imported on first use."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.util import find_spec

from django.apps import apps
from django.conf import settings

JobBody = Callable[..., None]
RetryCheck = Callable[..., str]


class UnknownKind(KeyError):
    """This version of the program has no job of the kind “{kind}”."""

    def __str__(self) -> str:
        return (self.__doc__ or "").format(kind=self.args[0])


@dataclass(frozen=True)
class Kind:
    """A kind of job: its body, where it runs, how often it is tried, whether it needs a GPU slot to itself."""

    name: str
    body: JobBody
    queue: str
    max_attempts: int
    needs_gpu_slot: bool
    refuse_retry: RetryCheck | None = None
    on_hub: bool = False


# Bodies that are not in the `jobs` module of one of the three apps.
OWN_KINDS = (
    "afsweb.core.jobs.selftest",
    "afsweb.core.artifacts.jobs",
    "afsweb.core.backups.jobs",
    "afsweb.core.notifications.sending",
    "afsweb.upkeep.jobs",
)

_kinds: dict[str, Kind] = {}


def job(
    name: str,
    *,
    queue: str = "default",
    max_attempts: int = 3,
    needs_gpu_slot: bool = False,
    refuse_retry: RetryCheck | None = None,
    on_hub: bool = False,
) -> Callable[[JobBody], JobBody]:
    """Register a job body `def body(ctx: JobContext, **params) -> None`. It must be safe to stop and to run twice.

    `max_attempts` counts workers that were lost; an exception is final. `refuse_retry(**params)` returns the sentence
    that says why a person must not run a finished job again, or "" (say, because what it works on was deleted).
    `on_hub` says that it works on files which the hub alone has (uploads): machines that joined leave it alone.
    """

    if queue not in settings.QUEUES:
        raise ValueError(f"The job kind {name} names the queue {queue}; there are {', '.join(settings.QUEUES)}.")

    def register(body: JobBody) -> JobBody:
        _kinds[name] = Kind(name, body, queue, max_attempts, needs_gpu_slot, refuse_retry, on_hub)
        return body

    return register


@cache
def _load() -> None:
    for name in OWN_KINDS:
        import_module(name)
    for config in apps.get_app_configs():
        if config.label in ("datasets", "training", "evals") and find_spec(f"{config.name}.jobs"):
            import_module(f"{config.name}.jobs")


def get_kind(name: str) -> Kind:
    """The kind called `name`. Raises UnknownKind, a KeyError, when this version of the code has none such."""
    _load()
    if name not in _kinds:
        raise UnknownKind(name)
    return _kinds[name]


def kind_names() -> list[str]:
    """The names of all kinds, in order."""
    _load()
    return sorted(_kinds)
