"""The two steps of a rule: begin a snapshot, launch the run of one that is built."""

from __future__ import annotations

from django.db import transaction

from afsweb.core.history import record
from afsweb.core.jobs.enqueue import enqueue, waiting_job
from afsweb.core.models import EventSource, User
from datasets_app.models import Snapshot, SnapshotState
from datasets_app.snapshots.building import Plan, start_snapshot
from training_app.errors import SnapshotNotBuilt
from training_app.launch import launch_run
from training_app.models import Retraining, TrainingRun
from training_app.retraining.counting import selection_of

LOOK, TITLE = "training.retrain", "Continuous training"


@transaction.atomic
def begin_snapshot(rule: Retraining, new: int, by: User | None, source: EventSource) -> Snapshot | None:
    """Begin the rule's next snapshot, and have it looked at again after that; None when somebody else was faster.

    Raises what `start_snapshot` does.
    """
    if not _lock(rule):
        return None
    number = _next_number(rule)
    plan = Plan(f"{rule.name}-{number}", selection_of(rule), rule.validation_share, rule.seed)
    snapshot = start_snapshot(plan, by=rule.created_by, via=source)
    Retraining.objects.filter(pk=rule.pk).update(snapshot=snapshot, rounds=number, new_count=new, problem="")
    record("snapshot", rule, actor=by, source=source, after={"snapshot": snapshot.name, "new": new})
    if waiting_job(LOOK, {}) is None:
        enqueue(LOOK, {}, title=TITLE)
    return snapshot


@transaction.atomic
def launch_owed(rule: Retraining) -> TrainingRun | None:
    """Launch the run of the rule's snapshot; None while that is being built. Raises SnapshotNotBuilt, TrainingError."""
    snapshot = rule.snapshot
    if snapshot is None or not _lock(rule):
        return None
    if snapshot.is_stuck or snapshot.state in (SnapshotState.FAILED, SnapshotState.PURGED):
        said = snapshot.error or (snapshot.job.error if snapshot.job else "") or "it was stopped"
        raise SnapshotNotBuilt(snapshot=snapshot, why=said.rstrip("."))
    if snapshot.state == SnapshotState.BUILDING:
        return None
    run = launch_run(
        rule.recipe,
        snapshot,
        name=rule.name,
        by=rule.created_by,
        host=rule.host,
        seed=rule.seed,
        source=EventSource.JOB,
    )
    Retraining.objects.filter(pk=rule.pk).update(run=run)
    record("launch", rule, actor=None, source=EventSource.JOB, after={"run": str(run.uuid), "snapshot": snapshot.name})
    return run


def _lock(rule: Retraining) -> bool:
    """Hold the rule's row; whether it is still where the caller saw it."""
    same = Retraining.objects.filter(
        pk=rule.pk, is_enabled=True, rounds=rule.rounds, snapshot=rule.snapshot, run=rule.run
    )
    return same.select_for_update(no_key=True).exists()


def _next_number(rule: Retraining) -> int:
    """Of its next snapshot: names that are taken, by a person or before a snapshot was deleted, are passed over."""
    number = rule.rounds + 1
    while Snapshot.objects.filter(name=f"{rule.name}-{number}").exists():
        number += 1
    return number
