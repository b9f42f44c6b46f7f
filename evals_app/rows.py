"""Evaluations and comparisons with what their pages read about them, in one query each.

Not more than that: a join over everything that hangs on two versions took Postgres 200 ms to plan.
"""

from __future__ import annotations

from django.db.models import QuerySet
from django.db.models.fields.json import KeyTransform

from afsweb.core.models import WorkState
from evals_app.models import Comparison, EvalRun, HeldOut, Suite

RECENT = 10


def run_rows() -> QuerySet[EvalRun]:
    """Evaluations with their suite, version, endpoint, judge and job."""
    related = ("suite", "version__endpoint", "version__base_model", "job", "created_by", "judge")
    return EvalRun.objects.select_related(*related)


def comparison_rows() -> QuerySet[Comparison]:
    """Comparisons with both runs' suites and versions."""
    sides = [f"{side}__{name}" for side in ("baseline", "candidate") for name in ("suite", "version")]
    return Comparison.objects.select_related(*sides, "job")


def listed_comparisons() -> QuerySet[Comparison]:
    """Comparisons without their long statistics, each with `said`: its difference as kept, None without one."""
    rows = Comparison.objects.defer("statistics").annotate(said=KeyTransform("difference", "statistics"))
    return rows.select_related("baseline__version", "candidate__version", "baseline__suite", "candidate__suite", "job")


def held_out_rows() -> QuerySet[HeldOut]:
    """Held-out losses with what they are of."""
    version = [f"version__{name}" for name in ("base_model__weights", "weights", "adapter")]
    return HeldOut.objects.select_related(*version, "snapshot__artifact", "job")


def scored_runs(suite: Suite) -> QuerySet[EvalRun]:
    """The newest finished evaluations on the suite."""
    return suite.runs.filter(state=WorkState.SUCCEEDED).select_related("version").order_by("-pk")[:RECENT]
