"""What was found of a suite in a snapshot, kept as one row; and which snapshots a version has seen."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict

from django.db import transaction
from django.db.models import QuerySet

from afsweb.core.history import record
from afsweb.core.jobs.context import JobContext
from afsweb.core.jobs.enqueue import enqueue
from afsweb.core.models import EventSource, User, WorkState
from datasets_app.models import Snapshot, SnapshotState
from evals_app.contamination.index import index_cases
from evals_app.contamination.looking import METHOD, Finder, Leak, read_trained
from evals_app.errors import LookingGoesOn
from evals_app.models import Case, Contamination, Suite
from evals_app.runs.endings import leaving_word
from training_app.models import Merge, ModelVersion

TRAINED_ON = (SnapshotState.READY, SnapshotState.PURGED)


def training_snapshots(version: ModelVersion) -> list[Snapshot]:
    """What the version was trained on, oldest first: its run's snapshot, or those of all that it was merged from."""
    found: dict[int, Snapshot] = {}
    seen, waiting = set[int](), [version.pk]
    while waiting:
        seen.update(waiting)
        for snapshot in Snapshot.objects.filter(runs__version__in=waiting):
            found[snapshot.pk] = snapshot
        parts = Merge.objects.filter(version__in=waiting).values_list("parts__version", flat=True)
        waiting = [part for part in parts if part is not None and part not in seen]
    return [found[pk] for pk in sorted(found)]


def kept(suite: Suite, snapshots: Iterable[Snapshot]) -> dict[int, Contamination]:
    """Snapshot's key -> what was found in it, of those that were looked through as it is done today. One query."""
    rows = Contamination.objects.filter(suite=suite, snapshot__in=list(snapshots), state=WorkState.SUCCEEDED)
    return {row.snapshot_id: row for row in rows.filter(method=METHOD)}


def leaks_of(row: Contamination) -> list[Leak]:
    """What a row keeps."""
    return [Leak(**told) for told in row.leaks]


def snapshots_of(suite: Suite) -> QuerySet[Snapshot]:
    """The snapshots that versions were trained on: those of its domain, and those of several."""
    rows = Snapshot.objects.filter(state__in=TRAINED_ON, runs__isnull=False).distinct()
    return rows.filter(domain__in=[suite.domain_id]) | rows.filter(domain=None)


@transaction.atomic
def look_soon(suite: Suite, snapshot: Snapshot, by: User | None, source: EventSource = EventSource.UI) -> Contamination:
    """Have a job look for the suite in the snapshot, unless that was done; a click too many does nothing.

    Raises LookingGoesOn.
    """
    row, _ = Contamination.objects.select_for_update(of=("self",)).get_or_create(suite=suite, snapshot=snapshot)
    if row.is_active:
        raise LookingGoesOn(suite=suite, snapshot=snapshot)
    if row.state == WorkState.SUCCEEDED and row.method == METHOD:
        return row
    job = enqueue(
        "evals.look_for_leaks",
        {"contamination_id": row.pk},
        title=f"Look for {suite} in {snapshot}",
        by=by,
        about=("show_contamination", suite),
    )
    Contamination.objects.filter(pk=row.pk).update(job=job, state=WorkState.QUEUED, error="")
    record("look for leaks", row, actor=by, source=source)
    row.refresh_from_db()
    return row


def look(ctx: JobContext, row: Contamination) -> list[Leak]:
    """Look through the snapshot and keep what was found. Safe to stop and to run twice."""
    with leaving_word(ctx, row):
        with ctx.fenced():
            row.begin(ctx.job)
        samples, leaks = find(list(row.suite.cases.all()), row.snapshot, ctx)
        with ctx.fenced():
            told = [asdict(leak) for leak in leaks]
            row.end(WorkState.SUCCEEDED, method=METHOD, samples=samples, leaks=told)
    return leaks


def find(cases: Sequence[Case], snapshot: Snapshot, ctx: JobContext | None = None) -> tuple[int, list[Leak]]:
    """How many samples were looked through, and which of the cases stand in them; nothing is kept."""
    finder = Finder(index_cases(cases))
    for rows in read_trained(snapshot):
        finder.look(rows)
        if ctx:
            ctx.progress(finder.samples, snapshot.count)
    return finder.samples, finder.leaks()
