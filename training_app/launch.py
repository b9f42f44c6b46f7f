"""Launching and resuming runs: the row, its job, and the line of history."""

from __future__ import annotations

from django.db import transaction

from afsweb.core.history import record
from afsweb.core.jobs.enqueue import enqueue
from afsweb.core.models import EventSource, Host, Job, User, WorkState
from datasets_app.models import Snapshot, SnapshotState
from datasets_app.secrets.errors import SecretsHeldBack
from datasets_app.secrets.guard import refuse_snapshot
from training_app.backends.catalog import trainer_of
from training_app.backends.hosts import host_for
from training_app.errors import (
    BackendCannot,
    BaseHasNoWeights,
    CannotResume,
    JobNotEnded,
    NotTrainedHere,
    SnapshotHasNoPairs,
    SnapshotHeldBack,
    SnapshotNotReady,
)
from training_app.gates.checking import look_at_gates, refuse
from training_app.models import Method, Recipe, Sweep, TrainingRun
from training_app.trainer.limits import cannot


def launch_run(
    recipe: Recipe,
    snapshot: Snapshot,
    *,
    name: str,
    by: User | None,
    host: Host | None = None,
    seed: int = 0,
    reason: str = "",
    sweep: Sweep | None = None,
    source: EventSource = EventSource.UI,
) -> TrainingRun:
    """Make a run and put it in the queue of the GPU hosts, or of `host`; one of them where not all can do it.

    `reason`: why it is to train although a gate stops it, where that can be meant. Raises a TrainingError.
    """
    _check(recipe, snapshot)
    host = host_for(recipe, host)
    findings = look_at_gates(recipe, snapshot)
    refuse(findings, reason)
    with transaction.atomic():
        run = TrainingRun.objects.create(
            name=name, recipe=recipe, snapshot=snapshot, host=host, seed=seed, sweep=sweep, created_by=by
        )
        run.job = _enqueue(run, by, host)
        run.save(update_fields=["job"])
        after = {"recipe": str(recipe), "snapshot": snapshot.sha256, "seed": seed}
        if findings:
            after["gates"] = [one.gate for one in findings]
        record("launch", run, actor=by, source=source, after=after, reason=reason.strip())
    return run


def _check(recipe: Recipe, snapshot: Snapshot) -> None:
    check_snapshot(snapshot)
    methods = trainer_of(recipe.backend).methods
    if recipe.method not in methods:
        known = " and ".join(Method(one).label for one in methods)
        method, backend = recipe.get_method_display(), recipe.get_backend_display()
        raise NotTrainedHere(recipe=recipe, method=method, backend=backend, known=known)
    if found := cannot(recipe.backend, {**recipe.params, "method": recipe.method}):
        raise BackendCannot(backend=recipe.get_backend_display(), what=", ".join(found), recipe=recipe)
    if recipe.params.get("objective") == "dpo" and not snapshot.figures.get("pairs", {}).get("train"):
        raise SnapshotHasNoPairs(recipe=recipe, snapshot=snapshot)
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


def _enqueue(run: TrainingRun, by: User | None, host: Host | None) -> Job:
    return enqueue(
        "training.train",
        {"run_id": run.pk},
        title=f"Train {run.name}",
        by=by,
        about=("show_run", run),
        host=host,
        queue=trainer_of(run.recipe.backend).queue,
    )


def resume_run(run: TrainingRun, by: User | None, source: EventSource = EventSource.UI) -> None:
    """Go on from the newest sealed checkpoint, on the host that was chosen, or any that is free.

    Raises CannotResume, JobNotEnded, and what `check_snapshot` does.
    """
    with transaction.atomic():
        rows = TrainingRun.objects.select_for_update(of=("self",)).select_related(
            "job__pinned_host", "snapshot__artifact"
        )
        run = rows.get(pk=run.pk)
        if not run.can_go_on:
            raise CannotResume(run=run, state=run.shown_state.label)
        if run.job is not None and not run.job.is_final:
            raise JobNotEnded(run=run)
        check_snapshot(run.snapshot)
        run.state, run.error, run.is_paused = WorkState.QUEUED, "", False
        run.job = _enqueue(run, by, run.job.pinned_host if run.job else None)
        run.save(update_fields=["state", "error", "is_paused", "job"])
        record("resume", run, actor=by, source=source, after={"from_step": run.step})
