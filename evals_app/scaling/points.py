"""The points of both lines: versions with their newest score on a suite, by base size, and by rows trained on."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet

from afsweb.core.models import WorkState
from evals_app.models import EvalRun, Suite
from evals_app.scaling.fit import Line, Point, fit_line
from training_app.models import ModelVersion, Recipe

# Enough to draw; a page must not grow with the years.
NEWEST = 500


@dataclass(frozen=True)
class Scored:
    """A version's newest evaluation on the suite, and where it stands."""

    version: ModelVersion
    run: EvalRun
    point: Point


@dataclass(frozen=True)
class Curve:
    """The versions of one line, the smallest first, and the line; None where they are too few."""

    scored: list[Scored]
    line: Line | None


NOTHING = Curve([], None)


def scored_on(suite: Suite) -> list[EvalRun]:
    """The newest finished evaluation of each version on the suite, with its lineage. One query."""
    related = ("version__base_model", "version__run__recipe", "version__run__snapshot")
    finished = EvalRun.objects.filter(suite=suite, state=WorkState.SUCCEEDED, score__isnull=False, low__isnull=False)
    newest = finished.order_by("version", "-pk").distinct("version").values("pk")
    return list(EvalRun.objects.filter(pk__in=newest).select_related(*related).order_by("-pk")[:NEWEST])


def by_size(runs: list[EvalRun], *, plain: bool) -> Curve:
    """The ladder of base sizes: of bases as they are (`plain`), or of what was trained or merged."""
    sized = [run for run in runs if run.version.base_model.parameters and run.version.is_plain_base == plain]
    return _curve([(float(run.version.base_model.parameters or 0), run) for run in sized])


def by_data(runs: list[EvalRun], recipe: Recipe) -> Curve:
    """What was trained by one recipe, by the rows of its snapshot."""
    return _curve(
        [
            (float(run.version.run.snapshot.train_count), run)
            for run in runs
            if run.version.run and run.version.run.recipe_id == recipe.pk and run.version.run.snapshot.train_count
        ]
    )


def recipes_in(runs: list[EvalRun]) -> list[Recipe]:
    """The recipes that trained any of the versions, the one with most versions first."""
    found: dict[int, list[Recipe]] = {}
    for run in runs:
        if run.version.run is not None:
            found.setdefault(run.version.run.recipe_id, []).append(run.version.run.recipe)
    return [recipes[0] for recipes in sorted(found.values(), key=len, reverse=True)]


def suites_scored() -> QuerySet[Suite]:
    """Suites that any version has answered, the newest first."""
    answered = EvalRun.objects.filter(state=WorkState.SUCCEEDED).values("suite")
    return Suite.objects.filter(pk__in=answered).order_by("-pk")


def _curve(sized: list[tuple[float, EvalRun]]) -> Curve:
    scored = [Scored(run.version, run, _point(size, run)) for size, run in sorted(sized, key=lambda one: one[0])]
    return Curve(scored, fit_line([one.point for one in scored]))


def _point(size: float, run: EvalRun) -> Point:
    score = run.score or 0.0
    low = score if run.low is None else run.low
    return Point(size, score, low, score if run.high is None else run.high)
