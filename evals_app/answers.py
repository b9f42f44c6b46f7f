"""The answers of a run: how many of each kind, and the rows of its table."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from evals_app.models import RIGHT, Case, EvalRun, Result, ResultState

# What the table can be narrowed to.
OUTCOMES = {
    "wrong": Q(state=ResultState.SCORED, score__lt=RIGHT),
    "right": Q(state=ResultState.SCORED, score__gte=RIGHT),
    "unparsed": Q(state=ResultState.UNPARSED),
    "failed": Q(state=ResultState.FAILED),
    "spoilt": Q(state=ResultState.SPOILT),
}


@dataclass(frozen=True)
class Tally:
    """How many answers of each kind. `unscored`: there, not judged yet; `cut`: unparsed, ended at the token limit.

    `spoilt`: conversations that the simulator broke off, which say nothing about the version.
    """

    planned: int
    unscored: int
    right: int
    wrong: int
    unparsed: int
    failed: int
    spoilt: int
    cut: int

    @property
    def done(self) -> int:
        return self.right + self.wrong + self.unparsed + self.not_come

    @property
    def not_come(self) -> int:
        """What is asked again when the evaluation goes on."""
        return self.failed + self.spoilt

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
    """The answers that came, of one outcome and category where those are given."""
    rows = run.results.exclude(state=ResultState.PLANNED).select_related("case__suite")
    if outcome in OUTCOMES:
        rows = rows.filter(OUTCOMES[outcome])
    return rows.filter(case__category=category) if category else rows


def answers_to(case: Case) -> QuerySet[Result]:
    """What every version answered to the case."""
    return case.results.exclude(state=ResultState.PLANNED).select_related("run__version", "run__suite")
