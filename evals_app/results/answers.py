"""The answers of a run: how many of each kind, why some did not come, and the rows of its table."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Prefetch, Q, QuerySet, Sum
from django.db.models.functions import Left

from evals_app.judging.shown import opinion_rows
from evals_app.models import RIGHT, Case, EvalRun, Result, ResultState
from evals_app.people.scores import people_mean

# What the table can be narrowed to.
OUTCOMES = {
    "wrong": Q(state=ResultState.SCORED, score__lt=RIGHT),
    "right": Q(state=ResultState.SCORED, score__gte=RIGHT),
    "unparsed": Q(state=ResultState.UNPARSED),
    "unscored": Q(state=ResultState.ANSWERED),
    "failed": Q(state=ResultState.FAILED),
    "spoilt": Q(state=ResultState.SPOILT),
}
UNLIMITED = 2**31 - 1  # an imported log may not tell its limit
NEWEST = 5
KINDS = 8


@dataclass(frozen=True)
class Tally:
    """How many answers of each kind. `unscored`: there, not judged yet; `cut`: unparsed, ended at the token limit.

    `reused`: taken from another run; `retries`: how often questions were sent again after a refusal. `missing`: cases
    of the suite that the run has no row for at all, as an imported one may.
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
    reused: int
    retries: int
    missing: int

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
    """Count the run's answers. Two queries."""
    counts = {name: Count("pk", filter=condition) for name, condition in OUTCOMES.items()}
    limit = run.sampling.get("max_new_tokens") or UNLIMITED
    told = run.results.aggregate(
        asked=Count("case", distinct=True),
        planned=Count("pk", filter=Q(state=ResultState.PLANNED)),
        reused=Count("pk", filter=Q(is_reused=True)),
        retries=Sum("retries", default=0),
        cut=Count("pk", filter=OUTCOMES["unparsed"] & Q(output_tokens__gte=limit)),
        **counts,
    )
    asked = told.pop("asked")
    return Tally(missing=run.suite.cases.count() - asked if asked else 0, **told)


def answer_rows(run: EvalRun, outcome: str, category: str) -> QuerySet[Result]:
    """The answers that came, of one outcome and category where those are given, each with what `people` said of it."""
    rows = run.results.exclude(state=ResultState.PLANNED).select_related("case__suite").annotate(people=people_mean())
    if outcome in OUTCOMES:
        rows = rows.filter(OUTCOMES[outcome])
    return rows.filter(case__category=category) if category else rows


def newest_answers(run: EvalRun) -> list[Result]:
    """The last that came, roughly: questions are asked in the order of their rows. One query."""
    return list(answer_rows(run, "", "").order_by("-pk")[:NEWEST])


def errors_by_kind(run: EvalRun) -> list[tuple[str, int]]:
    """Why questions have no answer, by how each reason begins, the most frequent first. One query."""
    kinds = run.results.filter(state=ResultState.FAILED).annotate(kind=Left("error", 60)).values_list("kind")
    return list(kinds.annotate(count=Count("pk")).order_by("-count", "kind")[:KINDS])


def answers_to(case: Case) -> QuerySet[Result]:
    """What every version answered to the case, each with `people`, the mean of what people said of it, and in `scores`
    what judges and people said.
    """
    rows = case.results.exclude(state=ResultState.PLANNED).select_related("run__version", "run__suite")
    return rows.annotate(people=people_mean()).prefetch_related(Prefetch("scores", opinion_rows()))
