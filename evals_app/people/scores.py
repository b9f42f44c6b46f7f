"""People's scores: one for each person and answer, with a reason, kept beside the score that counts."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Avg, OuterRef, QuerySet, Subquery

from afsweb.core.history import record
from afsweb.core.jobs.text import storable
from afsweb.core.models import EventSource, User
from evals_app.errors import NotAScore, NothingToTakeBack
from evals_app.models import EvalRun, Result, Score

SCORER, VERSION = "human", "1"
VALUES = (0.0, 0.25, 0.5, 0.75, 1.0)
WORDS = {0.0: "wrong", 0.25: "mostly wrong", 0.5: "half right", 0.75: "mostly right", 1.0: "right"}
LONGEST_REASON = 2_000


@transaction.atomic
def give_score(result: Result, by: User, value: float, reason: str = "", source: EventSource = EventSource.UI) -> Score:
    """Keep what the person thinks the answer is worth; what the same person thought before goes. Raises NotAScore."""
    if value not in VALUES:
        raise NotAScore
    # A key that was pressed twice takes its turn here.
    Result.objects.select_for_update(no_key=True).get(pk=result.pk)
    before = _of(result, by)
    record("score", result, actor=by, source=source, before=_told(before), after={"value": value}, reason=reason)
    if before:
        before.delete()
    told = {"value": value, "explanation": storable(reason.strip())[:LONGEST_REASON]}
    return Score.objects.create(result=result, scorer=SCORER, version=VERSION, by=by, **told)


@transaction.atomic
def take_back(result: Result, by: User, source: EventSource = EventSource.UI) -> None:
    """Let the person's score of the answer count no longer. Raises NothingToTakeBack."""
    score = _of(result, by)
    if score is None:
        raise NothingToTakeBack
    record("take back a score", result, actor=by, source=source, before=_told(score))
    score.delete()


def take_back_last(run: EvalRun, by: User) -> Result:
    """Take back the newest score that the person gave in the run; its answer. Raises NothingToTakeBack."""
    last = human(run).filter(by=by).select_related("result__case").order_by("-pk").first()
    if last is None:
        raise NothingToTakeBack
    take_back(last.result, by)
    return last.result


def human(run: EvalRun) -> QuerySet[Score]:
    """What people said of the run's answers."""
    return Score.objects.filter(result__run=run, scorer=SCORER)


def human_scores(run: EvalRun) -> int:
    """How many of the run's answers were judged by a person, each counted once however many judged it."""
    return human(run).values("result").distinct().count()


def people_mean(result: str = "pk") -> Subquery:
    """For a query of results: the mean of what people said of each, None where nobody did."""
    said = Score.objects.filter(result=OuterRef(result), scorer=SCORER).order_by().values("result")
    return Subquery(said.annotate(mean=Avg("value")).values("mean"))


def _of(result: Result, by: User) -> Score | None:
    return Score.objects.filter(result=result, scorer=SCORER, version=VERSION, by=by).first()


def _told(score: Score | None) -> dict[str, object]:
    return {"value": score.value, "reason": score.explanation[:300]} if score else {}
