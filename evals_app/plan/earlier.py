"""What earlier evaluations of a suite teach a plan: how the facts' differences deviate, what an answer takes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import mean, median

from django.db.models import Avg, Count
from django.utils import timezone

from afsweb.core.models import EndpointPrice, WorkState
from evals_app.compare.usage import CAME, price_on
from evals_app.models import Comparison, EvalRun, Result, Suite
from training_app.models import ModelVersion

# Where nobody has measured it. For scores of 0 and 1 that change in one fact of 25; in one of 5 it is 0.45.
ASSUMED = 0.20
COMPARISONS, RUNS = 20, 5


@dataclass(frozen=True)
class Deviation:
    """The standard deviation of the facts' differences; `comparisons` that it was taken from, 0 for an assumption."""

    value: float
    comparisons: int


@dataclass(frozen=True)
class Spending:
    """What one answer takes on average, None where nobody told; `runs` that it was taken from."""

    runs: int
    input_tokens: float | None = None
    output_tokens: float | None = None
    seconds: float | None = None
    price: EndpointPrice | None = None


def deviation_of(suite: Suite) -> Deviation:
    """That of the suite's newest comparisons, pooled; else the assumption. One query."""
    rows = Comparison.objects.filter(baseline__suite__sha256=suite.sha256, state=WorkState.SUCCEEDED).order_by("-pk")
    told = rows.values_list("statistics__difference__paired__deviation", flat=True)[:COMPARISONS]
    found = [float(value) for value in told if value is not None]
    if not found:
        return Deviation(ASSUMED, 0)
    return Deviation(sqrt(mean(value**2 for value in found)), len(found))


def spending_of(suite: Suite, version: ModelVersion | None) -> Spending:
    """Of the newest runs on the suite: the version's own where it has any, else everybody's. Four queries."""
    done = EvalRun.objects.filter(suite__sha256=suite.sha256, state=WorkState.SUCCEEDED, started_at__isnull=False)
    runs = list(done.order_by("-pk")[: RUNS * RUNS])
    own = [run for run in runs if version and run.version_id == version.pk]
    chosen = (own or runs)[:RUNS]
    price = price_on(version, timezone.now().date()) if version else None
    if not chosen:
        return Spending(0, price=price)
    told = Result.objects.filter(run__in=chosen, state__in=CAME)
    tokens = told.aggregate(input_tokens=Avg("input_tokens"), output_tokens=Avg("output_tokens"))
    answers = dict(told.order_by().values_list("run").annotate(count=Count("pk")))
    return Spending(len(chosen), seconds=_seconds(chosen, answers), price=price, **tokens)


def _seconds(runs: Sequence[EvalRun], answers: Mapping[int, int]) -> float | None:
    """Seconds on the clock for an answer, many asked at once; the median, because one that was stopped stood still."""
    taken = [
        (run.finished_at - run.started_at).total_seconds() / answers[run.pk]
        for run in runs
        if run.finished_at and run.started_at and run.pk in answers
    ]
    return median(taken) if taken else None
