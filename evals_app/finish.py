"""The end of an evaluation: every answer under one scorer version, then the score with its interval."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Q, QuerySet

from afsweb.core.jobs.context import JobContext
from afsweb.core.models import WorkState
from evals_app.errors import NothingAnswered
from evals_app.launch import enqueue_comparison
from evals_app.models import Comparison, EvalRun, Result, ResultState
from evals_app.outcomes import set_score, store
from evals_app.scorers import Scorer, get_scorer
from evals_app.scores import case_scores, estimate_scores

BATCH = 500
ANSWERED = (ResultState.SCORED, ResultState.UNPARSED)


def finish(ctx: JobContext, run: EvalRun) -> None:
    """Write the score, unless another job still asks. Raises NothingAnswered."""
    scorer = get_scorer(run.suite.scorer)
    # A run that went on after an update of the scorer has answers under two versions.
    rescore_answers(ctx, run.results.exclude(scorer_version=scorer.version), scorer)
    with ctx.fenced():
        current = EvalRun.objects.select_for_update(no_key=True).get(pk=run.pk)
        if not run.results.filter(state=ResultState.PLANNED).exists():
            write_score(current, scorer)


def rescore(ctx: JobContext, run: EvalRun) -> None:
    """Score the kept answers of an ended run again; no model is asked."""
    scorer = get_scorer(run.suite.scorer)
    rescore_answers(ctx, run.results.all(), scorer)
    with ctx.fenced():
        current = EvalRun.objects.select_for_update(no_key=True).get(pk=run.pk)
        if current.state == WorkState.SUCCEEDED:
            write_score(current, scorer)


def rescore_answers(ctx: JobContext, results: QuerySet[Result], scorer: Scorer) -> None:
    """Score the answered ones of `results` again. Safe to stop and to run twice."""
    answered = results.filter(state__in=ANSWERED).select_related("case")
    for batch in ctx.track(_batches(answered), total=answered.count(), size=BATCH):
        for result in batch:
            set_score(result, result.case, scorer)
        with ctx.fenced():
            store(batch, found_in=ANSWERED, lease=None)


def write_score(run: EvalRun, scorer: Scorer) -> None:
    """The run's score over facts, and its end. Comparisons that were made with other scores are computed again."""
    estimate = estimate_scores(case_scores(run))
    if estimate is None:
        last = run.results.filter(state=ResultState.FAILED).last()
        raise NothingAnswered(count=run.results.count(), error=last.error if last else "no reason was given")
    run.end(
        WorkState.SUCCEEDED,
        score=estimate.value,
        low=estimate.low,
        high=estimate.high,
        error="",
        hashes=run.hashes | {"scorer": scorer.label},
    )
    made = Comparison.objects.filter(Q(baseline=run) | Q(candidate=run)).exclude(state__in=WorkState.open())
    for comparison in made.select_related("baseline__version", "candidate__version"):
        enqueue_comparison(comparison, None)


def _batches(results: QuerySet[Result]) -> Iterator[list[Result]]:
    last = 0
    while batch := list(results.filter(pk__gt=last).order_by("pk")[:BATCH]):
        yield batch
        last = batch[-1].pk
