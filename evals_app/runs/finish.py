"""The end of an evaluation: every answer scored, under one version of its scorer, then the score with its interval."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.db.models import Q, QuerySet

from afsweb.core.jobs.context import JobContext
from afsweb.core.models import WorkState
from evals_app.errors import NothingAnswered
from evals_app.judging.phase import judge_answers
from evals_app.models import Comparison, EvalRun, Result, ResultState, Score, Suite
from evals_app.results.outcomes import store
from evals_app.results.scores import case_scores, estimate_scores
from evals_app.results.scoring import open_scoring
from evals_app.runs.follow_up import after_run
from evals_app.runs.launch import enqueue_comparison
from evals_app.scorers.of_suite import label_of, scorers_of

BATCH = 500
HEAVY_BATCH = 64  # of those that take longer, so that a stop loses little
SCORED = (ResultState.SCORED, ResultState.UNPARSED)
HAVE_TEXT = (ResultState.ANSWERED, *SCORED)


def finish(ctx: JobContext, run: EvalRun) -> None:
    """Write the score, unless another job still asks. Raises NothingAnswered."""
    # Besides what waits for its scorer: a run that went on after an update of one has answers under two versions.
    score_answers(ctx, run.suite, run.results.filter(not_scored_now(run.suite)))
    judge_answers(ctx, run)
    with ctx.fenced():
        current = EvalRun.objects.select_for_update(no_key=True).get(pk=run.pk)
        if not run.results.filter(state__in=(ResultState.PLANNED, ResultState.ANSWERED)).exists():
            write_score(current)
            current.refresh_from_db()
            after_run(current, ctx.lease)


def rescore(ctx: JobContext, run: EvalRun) -> None:
    """Score the kept answers of an ended run again; no model is asked. What they had before is kept beside it.

    A judge's marks stay as they are: to ask it again is to ask a model.
    """
    score_answers(ctx, run.suite, run.results.all())
    with ctx.fenced():
        current = EvalRun.objects.select_for_update(no_key=True).get(pk=run.pk)
        if current.state == WorkState.SUCCEEDED:
            write_score(current)


def not_scored_now(suite: Suite) -> Q:
    """The condition that an answer's score is not by its scorer as it is now."""
    found = Q()
    for scorer in scorers_of(suite):
        if scorer.when == "judged":
            continue
        names = [scorer.name, ""] if scorer.name == suite.scorer else [scorer.name]
        found |= Q(case__scorer__in=names) & ~Q(scorer_version=scorer.version)
    return found


def by_program(suite: Suite) -> Q:
    """The condition that no judge decides a result's case."""
    judged = [scorer.name for scorer in scorers_of(suite) if scorer.when == "judged"]
    names = [*judged, *([""] if suite.scorer in judged else [])]
    return ~Q(case__scorer__in=names)


def score_answers(ctx: JobContext, suite: Suite, results: QuerySet[Result]) -> None:
    """Score those of `results` that have a text and a program to score them. Safe to stop and to run twice."""
    answered = results.filter(by_program(suite), state__in=HAVE_TEXT).select_related("case")
    size = HEAVY_BATCH if any(scorer.is_heavy for scorer in scorers_of(suite)) else BATCH
    with open_scoring() as scoring:
        for batch in ctx.track(_batches(answered, size), total=answered.count(), size=size):
            before = [Score(**_as_score(result, suite)) for result in batch if result.state in SCORED]
            scoring.score(batch, suite, ctx.check_stop)
            with ctx.fenced():
                Score.objects.bulk_create(_replaced(before, batch), ignore_conflicts=True)
                store(batch, found_in=HAVE_TEXT, lease=None)


def write_score(run: EvalRun) -> None:
    """The run's score over facts, and its end. Comparisons that were made with other scores are computed again."""
    estimate = estimate_scores(case_scores(run))
    if estimate is None:
        last = run.results.exclude(error="").last()
        raise NothingAnswered(count=run.results.count(), error=last.error if last else "no reason was given")
    run.end(
        WorkState.SUCCEEDED,
        score=estimate.value,
        low=estimate.low,
        high=estimate.high,
        error="",
        hashes=run.hashes | {"scorer": label_of(run.suite)},
    )
    made = Comparison.objects.filter(Q(baseline=run) | Q(candidate=run)).exclude(state__in=WorkState.open())
    for comparison in made.select_related("baseline__version", "candidate__version"):
        enqueue_comparison(comparison, None)


def _as_score(result: Result, suite: Suite) -> dict[str, object]:
    told = {name: getattr(result, name) for name in ("extracted", "evidence", "explanation", "measures")}
    scorer = result.case.scorer or suite.scorer
    return {"result": result, "scorer": scorer, "version": result.scorer_version, "value": result.score, **told}


def _replaced(before: Sequence[Score], batch: Sequence[Result]) -> list[Score]:
    """Of the scores that stood there before, those whose scorer has another version now."""
    now = {result.pk: result.scorer_version for result in batch}
    return [score for score in before if score.version != now[score.result_id]]


def _batches(results: QuerySet[Result], size: int) -> Iterator[list[Result]]:
    last = 0
    while batch := list(results.filter(pk__gt=last).order_by("pk")[:size]):
        yield batch
        last = batch[-1].pk
