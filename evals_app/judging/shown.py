"""What a run's page says about who judged it, and about people."""

from __future__ import annotations

from typing import Any

from afsweb.core.models import Endpoint, WorkState
from evals_app.judging.drift import run_drifts
from evals_app.models import EvalRun, Rubric
from evals_app.people.scores import human_scores

CHOICES = 100


def judging_context(run: EvalRun) -> dict[str, Any]:
    """For `evals/_judging.html`: the checks of its judge with their drift, and how many answers people judged; once it
    is done also whom to ask. Up to five queries."""
    told = {"judge_checks": run_drifts(run), "judged_by_people": human_scores(run)}
    return told | judge_choices() if run.state == WorkState.SUCCEEDED else told


def judge_choices() -> dict[str, Any]:
    """The endpoints that can be asked to judge, and the newest version of each rubric. Two queries."""
    newest = Rubric.objects.order_by("slug", "-number").distinct("slug")[:CHOICES]
    return {"judges": Endpoint.objects.filter(is_active=True).order_by("name")[:CHOICES], "rubrics": newest}
