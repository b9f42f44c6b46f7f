"""Adopting a watched item: samples are imported, models become artifacts. The file itself stays where it is."""

from __future__ import annotations

from pathlib import Path

from django.db import transaction

from afsweb.core.artifacts import store_artifact
from afsweb.core.history import record
from afsweb.core.jobs.actions import Actor
from afsweb.core.jobs.context import JobContext
from afsweb.core.jobs.enqueue import enqueue
from afsweb.core.jobs.registry import job
from afsweb.core.models import ArtifactKind, EventSource, Job, User, WatchedItem, WatchedKind
from afsweb.refusal import Refusal
from afsweb.upkeep.watched.kinds import hash_of
from datasets_app.exchange.sources import Wish, start_import
from datasets_app.exchange.uploads import blocks_of, save_upload
from datasets_app.models import Domain

ADOPT = "upkeep.adopt"
KINDS = {WatchedKind.ADAPTER: ArtifactKind.ADAPTER, WatchedKind.BASE_MODEL: ArtifactKind.BASE_MODEL}


class CannotAdopt(Refusal):
    """“{path}” cannot be adopted: {problem}."""


class SayDomain(Refusal):
    """Samples need a domain: say which one those of “{path}” belong to."""


@transaction.atomic
def adopt(item: WatchedItem, domain: Domain | None, actor: Actor) -> Job:
    """Enqueue the adoption, on the machine where the item lies. Raises CannotAdopt, SayDomain."""
    item = WatchedItem.objects.select_for_update(of=("self",)).select_related("job", "host").get(pk=item.pk)
    problem = why_not(item)
    if problem:
        raise CannotAdopt(path=item.path, problem=problem)
    if item.kind == WatchedKind.SAMPLES and domain is None:
        raise SayDomain(path=item.path)
    params = {"item_id": item.pk, "domain_id": domain.pk if domain else None, "via": actor.source.value}
    params["by"] = actor.user.pk if actor.user else None
    made = enqueue(ADOPT, params, title=f"Adopt {item.path}", by=actor.user, host=item.host)
    WatchedItem.objects.filter(pk=item.pk).update(job=made, problem="")
    record("adopt", item, actor=actor.user, source=actor.source, after={"path": item.path, "sha256": item.sha256})
    return made


def why_not(item: WatchedItem) -> str:
    """Why the item cannot be adopted now, or ""."""
    if item.kind == WatchedKind.OTHER:
        return "it is neither a file of samples nor a model"
    if item.gone_at is not None:
        return "it is not there any more"
    if item.managed_url:
        return f"{item.managed_url} has the same content already"
    if not item.sha256:
        return f"it could not be read ({item.problem})"
    return "a job is adopting it already" if item.is_busy else ""


@job(ADOPT)
def adopt_item(ctx: JobContext, *, item_id: int, domain_id: int | None, by: int | None, via: str) -> None:
    """Take the item in. Safe to stop and to run twice: what was taken in is marked in the same transaction."""
    item = WatchedItem.objects.get(pk=item_id)
    if item.managed_url:
        return
    place = Path(item.folder) / item.path
    ctx.progress(0, 2, "reads it")
    if not place.exists() or hash_of(place) != item.sha256:
        raise CannotAdopt(path=item.path, problem="it was changed since it was listed; let the catalogue look again")
    ctx.progress(1, 2, "takes it in")
    user = User.objects.filter(pk=by).first() if by else None
    if item.kind == WatchedKind.SAMPLES:
        domain = Domain.objects.get(pk=domain_id or 0)
        _import(ctx, item, place, domain, Actor(user, EventSource(via)))
    else:
        artifact = store_artifact(KINDS[WatchedKind(item.kind)], place.name, place, ctx.job)
        with ctx.fenced():
            WatchedItem.objects.filter(pk=item.pk).update(managed_url=artifact.get_absolute_url())
    ctx.progress(2, 2, "taken in")


def _import(ctx: JobContext, item: WatchedItem, place: Path, domain: Domain, actor: Actor) -> None:
    upload = save_upload(blocks_of(place), place.name)
    with ctx.fenced():
        source = start_import(Wish(domain, place.name, asks=True), upload, by=actor.user, via=actor.source)
        # Its file lies on this machine alone.
        if source.job:  # none while it waits for its columns: whoever explains them starts it
            Job.objects.filter(pk=source.job.pk).update(pinned_host=ctx.job.host)
        WatchedItem.objects.filter(pk=item.pk).update(managed_url=source.get_absolute_url())
    ctx.finish(source=source.name, url=source.get_absolute_url())
