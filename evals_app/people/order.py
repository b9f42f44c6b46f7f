"""In which order a person should look at a run's answers, so that the first ones tell most."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from django.db.models import Q

from evals_app.judging.rubrics import SCORER as BY_RUBRIC
from evals_app.models import EvalRun, ResultState, Score
from evals_app.people.scores import human
from evals_app.stats import SEED

# A judge and a program that are half a point apart do not mean the same answer.
APART = 0.5
# Scores within a quarter of the middle could have come out either way.
NEAR = 0.25
Why = Literal["disagreement", "close", "unsafe", "sampled"]
RANK: dict[Why, int] = {"disagreement": 0, "close": 1, "unsafe": 2, "sampled": 3}


@dataclass(frozen=True)
class EdgeCase:
    """An answer by its key, and why it stands where it does."""

    result: int
    why: Why


def edge_cases_first(run: EvalRun, seed: int = SEED) -> list[EdgeCase]:
    """Every answer of the run that has words, those first of which a person's word tells most.

    Where a judge and a program (or two judges) disagree, the widest apart first; scores next to the middle, and what no
    judge could be read about; unsafe ones; the others in an order that the seed draws. Two queries.
    """
    rows = run.results.exclude(state=ResultState.PLANNED).filter(~Q(answer="") | ~Q(transcript=[]))
    opinions = _opinions(run)
    found = [
        _placed(pk, _spread(score, opinions.get(pk, [])), score, unsafe, seed)
        for pk, score, unsafe in rows.values_list("pk", "score", "is_unsafe")
    ]
    return [case for _, case in sorted(found, key=lambda pair: pair[0])]


def judged_of_first(run: EvalRun, count: int) -> int:
    """Of the first `count` answers in that order, how many a person has judged: what a gate asks for."""
    first = [case.result for case in edge_cases_first(run)[:count]]
    return human(run).filter(result__in=first).values("result").distinct().count()


def _placed(
    pk: int, spread: float, score: float | None, unsafe: bool | None, seed: int
) -> tuple[tuple[int, float, str], EdgeCase]:
    drawn = hashlib.sha256(f"{seed}:{pk}".encode()).hexdigest()
    margin = 0.0 if score is None else abs(score - 0.5)
    why: Why = "sampled"
    within = 0.0
    if spread >= APART:
        why, within = "disagreement", -spread
    elif margin <= NEAR:
        why, within = "close", margin
    elif unsafe:
        why = "unsafe"
    return (RANK[why], within, drawn), EdgeCase(pk, why)


def _spread(score: float | None, opinions: Sequence[float]) -> float:
    """How far the score that counts and the judges' opinions are apart at most."""
    values = [*opinions, *([] if score is None else [score])]
    return max(values) - min(values) if values else 0.0


def _opinions(run: EvalRun) -> dict[int, list[float]]:
    found: dict[int, list[float]] = {}
    rows = Score.objects.filter(result__run=run, scorer=BY_RUBRIC, value__isnull=False)
    for result, value in rows.values_list("result", "value"):
        found.setdefault(result, []).append(value or 0.0)
    return found
