"""Evaluations and comparisons with what their pages read about them, in one query each.

Not more than that: a join over everything that hangs on two versions took Postgres 200 ms to plan.
"""

from __future__ import annotations

from django.db.models import QuerySet

from evals_app.models import Comparison, EvalRun


def run_rows() -> QuerySet[EvalRun]:
    """Evaluations with their suite, version, endpoint and job."""
    return EvalRun.objects.select_related("suite", "version__endpoint", "version__base_model", "job", "created_by")


def comparison_rows() -> QuerySet[Comparison]:
    """Comparisons with both runs' suites and versions."""
    sides = [f"{side}__{name}" for side in ("baseline", "candidate") for name in ("suite", "version")]
    return Comparison.objects.select_related(*sides, "job")
