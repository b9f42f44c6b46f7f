"""Evaluations and comparisons with all that is read about them, in one query each."""

from __future__ import annotations

from django.db.models import QuerySet

from evals_app.models import Comparison, EvalRun

READ_WITH_A_RUN = (
    "suite__domain",
    "version__base_model__weights",
    "version__adapter",
    "version__endpoint__base_weights",
    "version__endpoint__adapter_weights",
    "version__endpoint__key",
    "version__run__snapshot",
    "job",
    "created_by",
)


def run_rows() -> QuerySet[EvalRun]:
    """Evaluations, ready to be shown or worked on."""
    return EvalRun.objects.select_related(*READ_WITH_A_RUN)


def comparison_rows() -> QuerySet[Comparison]:
    """Comparisons with both runs, ready to be shown or computed."""
    sides = [f"{side}__{name}" for side in ("baseline", "candidate") for name in READ_WITH_A_RUN]
    return Comparison.objects.select_related(*sides, "job", "created_by")
