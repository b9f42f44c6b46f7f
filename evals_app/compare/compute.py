"""Computing a comparison, once: the numbers that the page, the exports and the dashboard show."""

from __future__ import annotations

import scipy

from afsweb.core.jobs.context import JobContext
from afsweb.core.models import WorkState
from evals_app.compare.comparability import check_comparable, checks
from evals_app.compare.confusion import confusion
from evals_app.compare.leaks import find_leaks
from evals_app.compare.noise import floor_of, repeats_of
from evals_app.compare.pairing import bootstrap, categories, change_of, difference, pair_up
from evals_app.compare.report import Leaks, Outcome, Report, Share, Side
from evals_app.compare.usage import usage_of
from evals_app.models import Comparison, EvalRun, ResultState
from evals_app.results.scores import CaseScore, case_scores, estimate_scores
from evals_app.runs.endings import leaving_word
from evals_app.stats import CONFIDENCE, MARGIN, SEED, mcnemar_p
from evals_app.stats.intervals import cluster_means, wilson


def compute(ctx: JobContext, comparison: Comparison) -> None:
    """Work out the report and keep it. Raises NotComparable and RunNotFinished."""
    with leaving_word(ctx, comparison):
        with ctx.fenced():
            comparison.begin()
        report = make_report(comparison.baseline, comparison.candidate)
        with ctx.fenced():
            comparison.end(WorkState.SUCCEEDED, statistics=report.model_dump(mode="json"))
            said = report.difference.words if report.difference else "nothing to compare"
            ctx.finish(verdict=said)


def make_report(baseline: EvalRun, candidate: EvalRun) -> Report:
    """Compare two runs. Pure reading; the same rows give the same report."""
    check_comparable(baseline, candidate)
    scores = case_scores(baseline), case_scores(candidate)
    cases = list(baseline.suite.cases.all())
    leaks = find_leaks(baseline, cases), find_leaks(candidate, cases)
    leaked = {case for found in leaks for case in found.cases}
    pairs = pair_up(*scores)
    repeats = repeats_of(baseline), repeats_of(candidate)
    changes = [change_of(pair, leaked) for pair in pairs]
    counts = {outcome: sum(change.outcome == outcome for change in changes) for outcome in Outcome}
    return Report(
        seed=SEED,
        confidence=CONFIDENCE,
        margin=MARGIN,
        scipy=scipy.__version__,
        checks=checks(baseline, candidate),
        baseline=_side(baseline, scores[0], leaks[0]),
        candidate=_side(candidate, scores[1], leaks[1]),
        difference=difference(pairs),
        without_leaked=difference(p for p in pairs if p.case_id not in leaked) if leaked else None,
        bootstrap=bootstrap(pairs),
        noise_floor=floor_of(repeats),
        mcnemar_p=mcnemar_p(counts[Outcome.FIXED], counts[Outcome.BROKE]),
        categories=categories(pairs, repeats),
        confusion={"baseline": confusion(baseline), "candidate": confusion(candidate)},
        cases=changes,
    )


def _side(run: EvalRun, scores: list[CaseScore], leaks: Leaks) -> Side:
    states = list(run.results.values_list("state", flat=True))
    answered = [(case.cluster, case.score) for case in scores if case.score is not None]
    right = sum(case.is_right for case in scores)
    facts = cluster_means(answered)
    return Side(
        run=str(run.uuid),
        version=str(run.version),
        score=estimate_scores(scores),
        answers=states.count(ResultState.SCORED) + states.count(ResultState.UNPARSED),
        right=right,
        unparsed=states.count(ResultState.UNPARSED),
        failed=states.count(ResultState.FAILED),
        leaks=leaks,
        deviation=float(facts.std(ddof=1)) if len(facts) > 1 else None,
        passed=_share(right, len(answered)),
        usage=usage_of(run),
    )


def _share(count: int, of: int) -> Share | None:
    if not of:
        return None
    low, high = wilson(count, of)
    return Share(count=count, of=of, value=count / of, low=low, high=high)
