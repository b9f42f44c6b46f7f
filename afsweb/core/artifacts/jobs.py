"""Jobs about the files of artifacts: read them and see whether they are whole, fetch them, remove what nothing uses."""

from __future__ import annotations

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse

from afsweb.core.artifacts.collecting import collect, list_collectable, list_strays
from afsweb.core.artifacts.copies import forget_copy, note_copy
from afsweb.core.artifacts.fetching import fetch_artifact
from afsweb.core.artifacts.keeping import SWEEP, a_queue_of, sweep
from afsweb.core.artifacts.quota import read_quota
from afsweb.core.jobs.context import JobContext
from afsweb.core.jobs.enqueue import enqueue
from afsweb.core.jobs.registry import job
from afsweb.core.models import Artifact, EventSource, Host, HostState, Job, User
from afsweb.core.notifications.occasions import tell_of_low_quota
from afsweb.storage import StorageError, verify

VERIFY, FETCH, COLLECT, SWEEP_STRAYS = (
    "core.verify_artifact",
    "core.fetch_artifact",
    "core.collect_artifacts",
    "core.sweep_strays",
)
MEGABYTE = 10**6


def start_verify(artifact: Artifact, *, by: User | None) -> list[Job]:
    """Have every machine that has the files read them; any machine where none is known to have them."""
    hosts: list[Host | None] = [*holders(artifact)]
    return [_start(VERIFY, "Verify", artifact, host, by) for host in hosts or [None]]


def start_fetch(artifact: Artifact, host: Host, *, by: User | None) -> Job:
    """Have a machine fetch the files, before a job there needs them."""
    return _start(FETCH, "Fetch", artifact, host, by)


def start_collect(*, by: User | None, via: EventSource = EventSource.UI) -> Job:
    """Remove what nothing uses."""
    return enqueue(COLLECT, {"by": by.pk if by else None, "via": via.value}, title="Remove unused artifacts", by=by)


def holders(artifact: Artifact) -> QuerySet[Host]:
    """The machines that have its files and can be asked."""
    return Host.objects.filter(copies__artifact=artifact).exclude(state=HostState.REVOKED).order_by("name")


def _start(kind: str, verb: str, artifact: Artifact, host: Host | None, by: User | None) -> Job:
    title, about = f"{verb} {artifact}{f' on {host}' if host else ''}", ("show_artifact", artifact)
    queue = a_queue_of(host) if host else ""
    return enqueue(kind, {"artifact_id": artifact.pk}, title=title, by=by, about=about, host=host, queue=queue)


def refuse_retry(*, artifact_id: int) -> str:
    """Why it must not be run again, or ""."""
    return "" if Artifact.objects.filter(pk=artifact_id).exists() else "The artifact was deleted."


@job(VERIFY, refuse_retry=refuse_retry)
def verify_artifact(ctx: JobContext, *, artifact_id: int) -> None:
    """Read the files of an artifact on this machine, and write down whether they are whole."""
    artifact = Artifact.objects.get(pk=artifact_id)
    try:
        verify(settings.ARTIFACT_DIR, artifact.sha256)
    except StorageError:
        forget_copy(artifact)
        raise
    note_copy(artifact)
    ctx.finish(bytes=artifact.size_bytes)


@job(FETCH, refuse_retry=refuse_retry)
def fetch(ctx: JobContext, *, artifact_id: int) -> None:
    """Fetch the files of an artifact to this machine. Goes on with what an earlier attempt received."""
    artifact = Artifact.objects.get(pk=artifact_id)
    fetch_artifact(artifact, tell=lambda done, total: ctx.progress(done // MEGABYTE, total // MEGABYTE, "MB"))
    ctx.finish(bytes=artifact.size_bytes)


@job(COLLECT, on_hub=True)
def collect_artifacts(ctx: JobContext, *, by: int | None = None, via: str = EventSource.JOB.value) -> None:
    """Remove the artifacts that the rules of their kind let go, then files without a row, here and on every host.

    Where the quota is nearly used up even so, the admins are told.
    """
    actor, removed, freed = (User.objects.filter(pk=by).first() if by else None), 0, 0
    for artifact, among in list_collectable():
        with ctx.fenced():
            if collect(artifact, among, actor=actor, source=EventSource(via)):
                removed, freed = removed + 1, freed + artifact.size_bytes
        ctx.progress(removed, note="removing what nothing uses")
    with ctx.fenced():
        for host in Host.objects.filter(state=HostState.ACTIVE).exclude(name=settings.HOST_NAME):
            enqueue(SWEEP_STRAYS, {}, title=f"Remove stray files from {host}", host=host, queue=a_queue_of(host))
        quota = read_quota()
        if quota.is_low:
            tell_of_low_quota("stored files", quota.used, quota.limit, reverse("list_artifacts"))
    ctx.finish(artifacts=removed, bytes=freed, strays=_sweep_strays(ctx))


@job(SWEEP_STRAYS)
def sweep_strays(ctx: JobContext) -> None:
    """Remove files from this machine whose artifact is gone."""
    ctx.finish(strays=_sweep_strays(ctx))


@job(SWEEP)
def sweep_artifact(ctx: JobContext, *, sha256: str, even_with_row: bool) -> None:
    """Remove the files of one artifact from this machine, unless its row is there again or may not matter."""
    ctx.finish(removed=sweep(sha256, even_with_row=even_with_row))


def _sweep_strays(ctx: JobContext) -> int:
    strays = 0
    for sha256 in list_strays():
        strays += sweep(sha256)
        ctx.check_stop()
    return strays
