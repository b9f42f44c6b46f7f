"""From the answers of a run to one score for each case, and from those to the run's score."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from evals_app.models import RIGHT, EvalRun, ResultState
from evals_app.stats import Estimate, estimate_mean

# An answer that says nothing about the question earns nothing: otherwise a version would gain by not answering.
# It is still counted and shown apart from wrong ones.
UNPARSED_SCORE = 0.0


@dataclass(frozen=True, slots=True)
class CaseScore:
    """What a run earned on one case: the mean over its repeats; None when no repeat was answered.

    `is_right`: more than half of the answered repeats earned the whole point. `is_unparsed`: none could be read.
    `is_unstable`: some repeats earned the whole point and others did not.
    """

    case_id: int
    key: str
    category: str
    cluster: str
    score: float | None
    is_right: bool
    is_unparsed: bool
    is_unstable: bool = False


@dataclass(frozen=True)
class CategoryScore:
    """A run's score on one category; `None` without an answer."""

    name: str
    cases: int
    unparsed: int
    estimate: Estimate | None


def case_scores(run: EvalRun) -> list[CaseScore]:
    """One score for each case of the run, in key order. One query."""
    rows = run.results.order_by("case__key", "repeat").values_list(
        "state", "score", "case_id", "case__key", "case__category", "case__cluster"
    )
    return [_case_score(case, [row[:2] for row in of]) for case, of in groupby(rows, key=lambda row: row[2:])]


def estimate_scores(scores: Iterable[CaseScore]) -> Estimate | None:
    """The score over clusters with its interval, of all cases that were answered."""
    return estimate_mean((case.cluster, case.score) for case in scores if case.score is not None)


def by_category(scores: Iterable[CaseScore]) -> list[CategoryScore]:
    """The same for each category, in the order of their names."""
    found: dict[str, list[CaseScore]] = {}
    for case in scores:
        found.setdefault(case.category, []).append(case)
    return [
        CategoryScore(name, len(of), sum(case.is_unparsed for case in of), estimate_scores(of))
        for name, of in sorted(found.items())
    ]


def _case_score(case: tuple[int, str, str, str], answers: list[tuple[str, float | None]]) -> CaseScore:
    counted = [(state, score) for state, score in answers if state in (ResultState.SCORED, ResultState.UNPARSED)]
    points = [UNPARSED_SCORE if score is None else score for _, score in counted]
    right = sum(point >= RIGHT for point in points)
    return CaseScore(
        *case,
        score=sum(points) / len(points) if points else None,
        is_right=right * 2 > len(points),
        is_unparsed=bool(counted) and all(state == ResultState.UNPARSED for state, _ in counted),
        is_unstable=0 < right < len(points),
    )
