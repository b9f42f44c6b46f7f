"""Which evaluations need a judge."""

from __future__ import annotations

from afsweb.core.models import Endpoint
from evals_app.errors import JudgeMissing
from evals_app.judging.rubrics import judged_cases
from evals_app.models import Suite


def judge_for(suite: Suite, judge: Endpoint | None) -> Endpoint | None:
    """The judge that a run of the suite keeps: none where no rubric decides. Raises JudgeMissing."""
    if not judged_cases(suite).exists():
        return None
    if judge is None:
        raise JudgeMissing(suite=suite)
    return judge
