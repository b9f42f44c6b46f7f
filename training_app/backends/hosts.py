"""Which machine can train a recipe: by what its doctor found there, and by its cards."""

from __future__ import annotations

from django.db.models import Count, Q

from afsweb.core.jobs.hosts import with_silence
from afsweb.core.models import Host, HostState, JobState
from training_app.backends.catalog import trainer_of
from training_app.errors import BackendNotSetUp, TooFewCards
from training_app.models import Backend, Recipe

WELL = ("ok", "warn")


def host_for(recipe: Recipe, wanted: Host | None) -> Host | None:
    """The machine to train on: `wanted`, or of those that can the one with the least to do.

    None leaves it to the queue, whose machines can all do it. Raises BackendNotSetUp, TooFewCards.
    """
    if recipe.backend == Backend.TRL and _devices(recipe) == 1:
        return wanted
    hosts = Host.objects.filter(pk=wanted.pk) if wanted else Host.objects.filter(state=HostState.ACTIVE)
    set_up = [host for host in _by_load(hosts) if recipe.backend == Backend.TRL or has_backend(host, recipe.backend)]
    if not set_up and recipe.backend != Backend.TRL:
        where = f"on {wanted}" if wanted else "on any machine"
        raise BackendNotSetUp(where=where, label=recipe.get_backend_display(), backend=recipe.backend)
    able = [host for host in set_up if len(host.gpus) >= _devices(recipe) or _devices(recipe) == 1]
    if not able:
        raise TooFewCards(
            recipe=recipe, devices=_devices(recipe), most=max((len(host.gpus) for host in set_up), default=0)
        )
    return able[0]


def has_backend(host: Host, backend: str) -> bool:
    """Whether the doctor found the backend's interpreter there, with its libraries."""
    check = trainer_of(backend).check
    return any(found["check"] == check and found["level"] in WELL for found in host.findings)


def _by_load(hosts: object) -> list[Host]:
    """Those that live first, then those with the fewest jobs before them."""
    unfinished = Count("pinned_jobs", filter=Q(pinned_jobs__state__in=(JobState.QUEUED, JobState.LEASED)))
    return list(with_silence(hosts).annotate(load=unfinished).order_by("is_silent", "load", "name"))  # type: ignore[arg-type]


def _devices(recipe: Recipe) -> int:
    return int(recipe.params.get("devices", 1))
