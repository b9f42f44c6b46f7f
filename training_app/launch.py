"""Launching and resuming runs: the row, its job, and the line of history."""

from __future__ import annotations

from django.db import transaction

from afsweb.core.history import record
from afsweb.core.jobs.enqueue import enqueue
from afsweb.core.models import EventSource, Host, Job, User, WorkState
from datasets_app.models import Snapshot, SnapshotState
from datasets_app.secrets.errors import SecretsHeldBack
from datasets_app.secrets.guard import refuse_snapshot
from training_app.errors import (
    BaseHasNoWeights,
    CannotResume,
    JobNotEnded,
    NotTrainedHere,
    SnapshotHeldBack,
    SnapshotNotReady,
)
from training_app.models import Backend, Method, Recipe, TrainingRun


def launch_run(
    recipe: Recipe,
    snapshot: Snapshot,
    *,
    name: str,
    by: User | None,
    host: Host | None = None,
    seed: int = 0,
    source: EventSource = EventSource.UI,
) -> TrainingRun:
    """Make a run and put it in the queue of the GPU hosts, or of `host`. Raises a TrainingError."""
    _check(recipe, snapshot)
    with transaction.atomic():
        run = TrainingRun.objects.create(
            name=name, recipe=recipe, snapshot=snapshot, host=host, seed=seed, created_by=by
        )
        run.job = _enqueue(run, by)
        run.save(update_fields=["job"])
        after = {"recipe": str(recipe), "snapshot": snapshot.sha256, "seed": seed}
        record("launch", run, actor=by, source=source, after=after)
    return run


def _check(recipe: Recipe, snapshot: Snapshot) -> None:
    check_snapshot(snapshot)
    method, backend = recipe.get_method_display(), recipe.get_backend_display()
    if recipe.backend != Backend.TRL or recipe.method != Method.LORA:
        raise NotTrainedHere(recipe=recipe, method=method, backend=backend)
    if recipe.base_model.weights is None:
        raise BaseHasNoWeights(model=recipe.base_model)


def check_snapshot(snapshot: Snapshot) -> None:
    """Refuse what nothing may train on: SnapshotNotReady, or SnapshotHeldBack while a finding in it is open."""
    if snapshot.state != SnapshotState.READY or snapshot.artifact is None:
        raise SnapshotNotReady(snapshot=snapshot)
    try:
        refuse_snapshot(snapshot)
    except SecretsHeldBack as error:
        raise SnapshotHeldBack(snapshot, error.count, error.place) from None


def _enqueue(run: TrainingRun, by: User | None) -> Job:
    return enqueue(
        "training.train",
        {"run_id": run.pk},
        title=f"Train {run.name}",
        by=by,
        about=("show_run", run),
        host=run.host,
    )


def resume_run(run: TrainingRun, by: User | None, source: EventSource = EventSource.UI) -> None:
    """Go on from the newest sealed checkpoint, on the host that has it.

    Raises CannotResume, JobNotEnded, and what `check_snapshot` does.
    """
    with transaction.atomic():
        rows = TrainingRun.objects.select_for_update(of=("self",)).select_related("job", "snapshot__artifact")
        run = rows.get(pk=run.pk)
        if not run.can_go_on:
            raise CannotResume(run=run, state=run.shown_state.label)
        if run.job is not None and not run.job.is_final:
            raise JobNotEnded(run=run)
        check_snapshot(run.snapshot)
        run.state, run.error = WorkState.QUEUED, ""
        run.job = _enqueue(run, by)
        run.save(update_fields=["state", "error", "job"])
        record("resume", run, actor=by, source=source, after={"from_step": run.step})
