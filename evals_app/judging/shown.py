"""What a run's page says about who judged it, and about people."""

from __future__ import annotations

from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery

from afsweb.core.models import Endpoint, WorkState
from evals_app.judging.drift import run_drifts
from evals_app.judging.rubrics import SCORER as BY_RUBRIC
from evals_app.models import EvalRun, JudgeCheck, Rubric, Score
from evals_app.people.scores import SCORER as BY_PEOPLE
from evals_app.people.scores import human_scores

CHOICES = 100


def judging_context(run: EvalRun, *, may_ask: bool) -> dict[str, Any]:
    """For `evals/_judging.html`: the checks of its judge with their drift, and how many answers people judged; once it
    is done, for those who `may_ask`, also whom. Up to five queries."""
    told = {"judge_checks": run_drifts(run), "judged_by_people": human_scores(run)}
    return told | judge_choices() if may_ask and run.state == WorkState.SUCCEEDED else told


def opinion_rows() -> QuerySet[Score]:
    """What judges and people said of answers, each with `judge`: the judge's name, None for a person's."""
    judged = JudgeCheck.objects.filter(version=OuterRef("version")).order_by("-pk").values("judge__name")[:1]
    said = Score.objects.filter(scorer__in=(BY_RUBRIC, BY_PEOPLE)).select_related("by")
    return said.annotate(judge=Subquery(judged)).order_by("pk")


def judge_choices() -> dict[str, Any]:
    """The endpoints that can be asked to judge, and the newest version of each rubric. Two queries."""
    newest = Rubric.objects.order_by("slug", "-number").distinct("slug")[:CHOICES]
    return {"judges": Endpoint.objects.filter(is_active=True).order_by("name")[:CHOICES], "rubrics": newest}
