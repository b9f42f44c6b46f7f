"""The answers of a run: how many of each kind, and the rows of its table."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Prefetch, Q, QuerySet

from evals_app.judging.shown import opinion_rows
from evals_app.models import RIGHT, Case, EvalRun, Result, ResultState
from evals_app.people.scores import people_mean

# What the table can be narrowed to.
OUTCOMES = {
    "wrong": Q(state=ResultState.SCORED, score__lt=RIGHT),
    "right": Q(state=ResultState.SCORED, score__gte=RIGHT),
    "unparsed": Q(state=ResultState.UNPARSED),
    "failed": Q(state=ResultState.FAILED),
}


@dataclass(frozen=True)
class Tally:
    """How many answers of each kind. `unscored`: there, not judged yet; `cut`: unparsed, ended at the token limit."""

    planned: int
    unscored: int
    right: int
    wrong: int
    unparsed: int
    failed: int
    cut: int

    @property
    def done(self) -> int:
        return self.right + self.wrong + self.unparsed + self.failed

    @property
    def answered(self) -> int:
        return self.right + self.wrong + self.unparsed

    @property
    def total(self) -> int:
        return self.done + self.unscored + self.planned

    @property
    def unparsed_share(self) -> float | None:
        """Of the answers that came; None before the first."""
        return self.unparsed / self.answered if self.answered else None


def tally(run: EvalRun) -> Tally:
    """Count the run's answers. One query."""
    counts = {name: Count("pk", filter=condition) for name, condition in OUTCOMES.items()}
    limit = run.sampling.get("max_new_tokens", 0)
    return Tally(
        **run.results.aggregate(
            planned=Count("pk", filter=Q(state=ResultState.PLANNED)),
            unscored=Count("pk", filter=Q(state=ResultState.ANSWERED)),
            cut=Count("pk", filter=OUTCOMES["unparsed"] & Q(output_tokens__gte=limit)),
            **counts,
        )
    )


def answer_rows(run: EvalRun, outcome: str, category: str) -> QuerySet[Result]:
    """The answers that came, of one outcome and category where those are given, each with what `people` said of it."""
    rows = run.results.exclude(state=ResultState.PLANNED).select_related("case__suite").annotate(people=people_mean())
    if outcome in OUTCOMES:
        rows = rows.filter(OUTCOMES[outcome])
    return rows.filter(case__category=category) if category else rows


def answers_to(case: Case) -> QuerySet[Result]:
    """What every version answered to the case, each with `people`, the mean of what people said of it, and in `scores`
    what judges and people said.
    """
    rows = case.results.exclude(state=ResultState.PLANNED).select_related("run__version", "run__suite")
    return rows.annotate(people=people_mean()).prefetch_related(Prefetch("scores", opinion_rows()))
