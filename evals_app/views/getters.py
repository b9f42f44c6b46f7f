"""The one place that knows which rows a page may show: 404 for what is not there."""

from __future__ import annotations

from uuid import UUID

from django.db.models import OuterRef, Subquery
from django.shortcuts import get_object_or_404

from evals_app.models import Case, Comparison, EvalRun, Suite
from evals_app.rows import comparison_rows, run_rows


def get_suite(suite_id: UUID) -> Suite:
    """A suite, also an archived one."""
    return get_object_or_404(Suite.objects.select_related("domain"), uuid=suite_id)


def get_case(suite_id: UUID, case_id: UUID) -> Case:
    """A case with its suite, which is the one named, and `newest`: the number of its suite's newest version."""
    line = Suite.objects.filter(slug=OuterRef("suite__slug")).order_by("-number")
    cases = Case.objects.select_related("suite__domain").annotate(newest=Subquery(line.values("number")[:1]))
    return get_object_or_404(cases, uuid=case_id, suite__uuid=suite_id)


def get_eval_run(run_id: UUID) -> EvalRun:
    """An evaluation with all that its page reads."""
    return get_object_or_404(run_rows(), uuid=run_id)


def get_comparison(comparison_id: UUID) -> Comparison:
    """A comparison with both runs."""
    return get_object_or_404(comparison_rows(), uuid=comparison_id)
