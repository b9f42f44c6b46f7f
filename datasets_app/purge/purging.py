"""Doing it: the rows in one transaction, then the files. See the package's own words for what and why."""

from __future__ import annotations

from uuid import UUID, uuid4

from django.db import connection
from django.db.models import Q

from afsweb.core.artifacts import purge_content
from afsweb.core.history import empty_lines, history_of, record
from afsweb.core.jobs.context import JobContext
from afsweb.core.jobs.enqueue import enqueue
from afsweb.core.jobs.registry import job
from afsweb.core.models import Artifact, Call, Event, EventSource, Job, Notification, User
from datasets_app.exchange.sources import delete_samples
from datasets_app.models import (
    Comment,
    Sample,
    SampleVersion,
    Snapshot,
    SnapshotEntry,
    SnapshotState,
    Source,
)
from datasets_app.purge.errors import NotTyped
from datasets_app.purge.looking import (
    check_at_rest,
    counts_of,
    exports_that_may_hold,
    files_that_may_hold,
    snapshots_holding,
)

PURGE, VERB = "datasets.purge_sample", "purge"
GONE = "It held a sample that was purged since, or may have held it, so its files are gone. Export it again."


def start_purge(sample: Sample, typed: str, *, by: User | None, via: EventSource = EventSource.UI) -> Job:
    """Enqueue the purge; in the caller's transaction.

    Raises `NotTyped` unless `typed` is the sample's number, and `PurgeMustWait`.
    """
    if typed.strip().removeprefix("#") != str(sample.pk):
        raise NotTyped(number=sample.pk)
    check_at_rest(sample)
    params = {"sample_id": sample.pk, "by": by.pk if by else None, "via": via.value}
    return enqueue(PURGE, params, title=f"Purge sample {sample.pk}", by=by)


@job(PURGE, on_hub=True)
def purge_sample(ctx: JobContext, *, sample_id: int, by: int | None, via: str) -> None:
    """Purge a sample: its rows, then the files that may hold it. Safe to stop and to run twice."""
    sample = Sample.objects.select_related("source").filter(pk=sample_id).first()
    if sample is not None:
        with ctx.fenced():
            purge_rows(sample, User.objects.filter(pk=by).first() if by else None, EventSource(via), ctx.job.pk)
    line = Event.objects.filter(object_type=Sample._meta.label_lower, object_id=sample_id, verb=VERB).get()
    files = line.after["files"]
    for done, sha256 in enumerate(files, 1):
        purge_content(sha256)
        with ctx.fenced():
            Artifact.objects.filter(sha256=sha256, snapshots__isnull=True, exports__isnull=True).delete()
        ctx.progress(done, len(files), "removing files")
    ctx.finish(files=len(files), **{name: line.after[name] for name in ("sample", "snapshots", "exports")})


def purge_rows(sample: Sample, by: User | None, via: EventSource, job_id: UUID) -> None:
    """Delete the rows and write the line that names the files to remove; in a transaction. Raises `PurgeMustWait`."""
    with connection.cursor() as cursor:
        # Nobody begins a snapshot or an export between the look at who writes one and the end of the transaction.
        cursor.execute("LOCK TABLE datasets_snapshot, datasets_export IN SHARE ROW EXCLUSIVE MODE")
    check_at_rest(sample)
    # What examines and what undoes the source take the same lock.
    Source.objects.select_for_update(no_key=True).get(pk=sample.source_id)
    snapshots = list(snapshots_holding(sample))
    ids, batch = [one.pk for one in snapshots], uuid4()
    after: dict[str, object] = {"sample": str(sample.uuid), **counts_of(sample), "snapshots": len(ids)}
    after["files"] = list(files_that_may_hold(sample, ids).values_list("sha256", flat=True))
    after["exports"] = exports_that_may_hold(sample, ids).update(artifact=None, error=GONE)
    for one in snapshots:
        _purge_snapshot(one, sample, by, via, batch)
    empty_words(sample)
    Call.objects.filter(pk__in=SampleVersion.objects.filter(sample=sample).values("call")).update(answer="")
    SnapshotEntry.objects.filter(version__sample=sample).delete()
    record(VERB, sample, actor=by, source=via, after=after, batch=batch, job_id=job_id)
    delete_samples(Sample.objects.filter(pk=sample.pk))


def _purge_snapshot(snapshot: Snapshot, sample: Sample, by: User | None, via: EventSource, batch: UUID) -> None:
    ready = Snapshot.objects.filter(pk=snapshot.pk, state=SnapshotState.READY)
    if ready.update(state=SnapshotState.PURGED, artifact=None):
        before, after = {"state": SnapshotState.READY}, {"state": SnapshotState.PURGED, "sample": str(sample.uuid)}
        record(VERB, snapshot, actor=by, source=via, before=before, after=after, batch=batch)


def empty_words(sample: Sample) -> None:
    """Empty the lines of history that quote what people wrote about it, and delete what was notified of it."""
    comments = Comment.objects.filter(sample=sample).values_list("pk", flat=True)
    written = Event.objects.filter(object_type=Comment._meta.label_lower, object_id__in=list(comments))
    quoting = history_of(sample).filter(~Q(reason="") | Q(before__has_key="flag")).values("pk")
    empty_lines(written)
    empty_lines(Event.objects.filter(pk__in=quoting))
    Notification.objects.filter(link__startswith=sample.get_absolute_url()).delete()
