"""What a run's page shows while it goes on: nothing of it is kept, so it is the same after any restart."""

from __future__ import annotations

from dataclasses import dataclass

from evals_app.models import EvalRun, Result
from evals_app.results.answers import Tally, errors_by_kind, newest_answers
from evals_app.results.scores import case_scores, estimate_scores
from evals_app.runs.budget import Spent, spent_on
from evals_app.stats import Estimate


@dataclass(frozen=True)
class Live:
    """`pace` in words, "" before there is one; `score` over the facts that are answered so far: provisional."""

    spent: Spent
    errors: list[tuple[str, int]]
    pace: str
    score: Estimate | None
    newest: list[Result]


def live_of(run: EvalRun, tally: Tally) -> Live:
    """How the run stands. Two to five queries."""
    under_way = run.is_active and tally.answered > 0
    return Live(
        spent=spent_on(run),
        errors=errors_by_kind(run) if tally.failed else [],
        pace=run.job.note if run.is_active and run.job else "",
        score=estimate_scores(case_scores(run)) if under_way else None,
        newest=newest_answers(run) if run.is_active and tally.total > tally.planned else [],
    )
