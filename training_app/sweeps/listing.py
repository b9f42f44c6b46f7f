"""A sweep as people look at it: each point with what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Min, Q, QuerySet

from afsweb.core.models import WorkState
from training_app.models import Metric, Sweep, TrainingRun
from training_app.rows import run_rows
from training_app.sweeps.grid import axes_of


@dataclass(frozen=True)
class Point:
    """One run of a sweep: the values it was given, in the order of the grid; validation losses, None without any."""

    run: TrainingRun
    values: list[Any]
    last: float | None
    best: float | None


def sweep_rows() -> QuerySet[Sweep]:
    """Sweeps, each with how many runs it has and how many are finished."""
    rows = Sweep.objects.select_related("recipe", "snapshot", "host", "created_by")
    finished = Count("runs", filter=Q(runs__state=WorkState.SUCCEEDED))
    return rows.annotate(run_count=Count("runs"), finished_count=finished)


def points_of(sweep: Sweep) -> list[Point]:
    """Its points in the order in which they were launched. Three statements."""
    runs = list(run_rows().filter(sweep=sweep).order_by("pk"))
    measured = Metric.objects.filter(run__sweep=sweep, is_validation=True, loss__isnull=False)
    last = dict(measured.order_by("run", "-step").distinct("run").values_list("run", "loss"))
    best = dict(measured.order_by().values_list("run").annotate(Min("loss")))
    return [
        Point(run, [run.recipe.params.get(name) for name in axes_of(sweep.grid)], last.get(run.pk), best.get(run.pk))
        for run in runs
    ]
