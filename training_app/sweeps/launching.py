"""Launching a sweep, and stopping and resuming all of it."""

from __future__ import annotations

from contextlib import suppress

from django.db import IntegrityError, transaction

from afsweb.core.history import record
from afsweb.core.jobs.actions import stop_work
from afsweb.core.jobs.errors import WorkIsOver
from afsweb.core.models import EventSource, Host, User
from datasets_app.models import Snapshot
from training_app.errors import CannotResume, JobNotEnded, SweepHasNone, SweepNameTaken
from training_app.launch import launch_run, resume_run
from training_app.models import Recipe, Sweep, TrainingRun
from training_app.sweeps.grid import Grid, check_grid, params_at, points_of, said


@transaction.atomic
def launch_sweep(
    recipe: Recipe,
    snapshot: Snapshot,
    grid: Grid,
    *,
    name: str,
    by: User | None,
    host: Host | None = None,
    seed: int = 0,
    source: EventSource = EventSource.UI,
) -> Sweep:
    """A run for each point of the grid, all or none. Raises a TrainingError.

    The points' recipes are versions of a recipe called as the sweep, and stay in the archive: a sweep of 64 would bury
    the others. Restoring one puts it where launches offer it.
    """
    check_grid(grid)
    settings = [(point, params_at(recipe.params, point)) for point in points_of(grid)]
    sweep = _make(recipe, snapshot, grid, name, by, host)
    for number, (point, params) in enumerate(settings, 1):
        at = Recipe.objects.create(
            name=name,
            number=number,
            base_model=recipe.base_model,
            method=recipe.method,
            backend=recipe.backend,
            params=params,
            source=f"{recipe} at {said(point)}"[:300],
            is_archived=True,
            created_by=by,
        )
        called = f"{name}-{number:02}"
        launch_run(at, snapshot, name=called, by=by, host=host, seed=seed, sweep=sweep, source=source)
    record("launch", sweep, actor=by, source=source, after={"recipe": str(recipe), "grid": dict(grid), "seed": seed})
    return sweep


def _make(recipe: Recipe, snapshot: Snapshot, grid: Grid, name: str, by: User | None, host: Host | None) -> Sweep:
    if Recipe.objects.filter(name=name).exists():
        raise SweepNameTaken(what="recipe", name=name)
    facts = {"recipe": recipe, "snapshot": snapshot, "grid": dict(grid), "host": host, "created_by": by}
    try:
        with transaction.atomic():
            return Sweep.objects.create(name=name, **facts)
    except IntegrityError:
        raise SweepNameTaken(what="sweep", name=name) from None


def stop_sweep(sweep: Sweep, by: User | None, source: EventSource = EventSource.UI) -> int:
    """Stop every run of it that waits or trains; how many. Raises SweepHasNone."""
    stopped = 0
    for run in _runs(sweep):
        with suppress(WorkIsOver):
            stop_work(run, by, source)
            stopped += 1
    return _told(sweep, stopped, "stopped", "none of them waits or trains")


def resume_sweep(sweep: Sweep, by: User | None, source: EventSource = EventSource.UI) -> int:
    """Resume every run of it that was stopped or failed; how many. Raises SweepHasNone, and as `resume_run` does."""
    resumed = 0
    for run in _runs(sweep):
        with suppress(CannotResume, JobNotEnded):
            resume_run(run, by, source)
            resumed += 1
    return _told(sweep, resumed, "resumed", "none of them is stopped or failed, or its last job has not ended yet")


def _runs(sweep: Sweep) -> list[TrainingRun]:
    return list(sweep.runs.select_related("job").order_by("pk"))


def _told(sweep: Sweep, count: int, done: str, state: str) -> int:
    if not count:
        raise SweepHasNone(sweep=sweep, done=done, state=state)
    return count
