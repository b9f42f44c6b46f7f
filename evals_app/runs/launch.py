"""Starting and going on with evaluations and comparisons: what the pages, `afs` and the demo call."""

from __future__ import annotations

from decimal import Decimal

from django.db import transaction

from afsweb.core.history import record
from afsweb.core.jobs.enqueue import enqueue
from afsweb.core.jobs.text import storable
from afsweb.core.models import Endpoint, EventSource, Job, User, WorkState
from afsweb.llm.answering import Sampling
from evals_app.compare.comparability import check_comparable
from evals_app.errors import (
    ComparisonGoesOn,
    LimitNeedsPrice,
    NothingToAsk,
    RunGoesOn,
    SimulatorNeeded,
    SuiteIsArchived,
    SuiteIsImported,
    VersionCannotAnswer,
)
from evals_app.judging.launch import judge_for
from evals_app.models import Comparison, EvalRun, ResultState, Suite
from evals_app.runs.budget import price_of
from evals_app.runs.hashes import endpoint_of
from evals_app.scorers.imported import IMPORTED
from evals_app.simulate.suites import holds_conversations
from training_app.models import ModelVersion


@transaction.atomic
def launch_eval(
    suite: Suite,
    version: ModelVersion,
    by: User | None,
    *,
    sampling: Sampling | None = None,
    repeats: int = 1,
    simulator: Endpoint | None = None,
    judge: Endpoint | None = None,
    may_reuse: bool = False,
    token_limit: int | None = None,
    cost_limit: Decimal | None = None,
    source: EventSource = EventSource.UI,
) -> EvalRun:
    """Let the version answer within the limits (tokens both ways, US dollars); `judge` decides where a rubric does.

    `simulator` plays the user where the suite holds conversations, and is left out where it does not.
    `may_reuse`: what another run was answered to the very same request is taken. Raises SuiteIsArchived,
    SuiteIsImported, SuiteIsMixed, SimulatorNeeded, VersionCannotAnswer, JudgeMissing and LimitNeedsPrice.
    """
    talks = _check(suite, version, simulator, cost_limit)
    run = EvalRun.objects.create(
        suite=suite,
        version=version,
        sampling=(sampling or Sampling()).as_dict(),
        repeats=repeats,
        simulator=simulator if talks else None,
        judge=judge_for(suite, judge),
        may_reuse=may_reuse,
        token_limit=token_limit,
        cost_limit=cost_limit,
        created_by=by,
    )
    EvalRun.objects.filter(pk=run.pk).update(job=_enqueue_run(run, by))
    record("launch", run, actor=by, source=source, after={"sampling": run.sampling, "repeats": repeats})
    run.refresh_from_db()
    return run


def _check(suite: Suite, version: ModelVersion, simulator: Endpoint | None, cost_limit: Decimal | None) -> bool:
    """Refuse what could not be asked; whether the suite holds conversations."""
    if suite.is_archived:
        raise SuiteIsArchived(suite=suite)
    if suite.scorer == IMPORTED.name:
        raise SuiteIsImported(suite=suite)
    endpoint = endpoint_of(version)
    if endpoint is None:
        raise VersionCannotAnswer(version=version)
    if cost_limit is not None and price_of(endpoint) is None:
        raise LimitNeedsPrice(version=version)
    talks = holds_conversations(suite)
    if talks and simulator is None:
        raise SimulatorNeeded(suite=suite)
    return talks


@transaction.atomic
def go_on(run: EvalRun, by: User | None, source: EventSource = EventSource.UI) -> None:
    """Ask what has no answer yet, and what failed, again. Raises RunGoesOn and NothingToAsk."""
    if run.is_active:
        raise RunGoesOn(state=run.shown_state.label)
    failed = run.results.filter(state__in=(ResultState.FAILED, ResultState.SPOILT))
    if run.state == WorkState.SUCCEEDED and not failed.exists():
        raise NothingToAsk
    if not run.queue_again(_enqueue_run(run, by)):
        raise RunGoesOn(state="on its way: somebody else was faster")
    # Where only the judge failed the answer stays: the judge is asked again, not the version.
    judged = {"state": ResultState.ANSWERED, "scorer_version": "", "lease": None, "error": ""}
    unjudged = failed.exclude(scorer_version="").update(**judged)
    again = unjudged + failed.update(state=ResultState.PLANNED, lease=None, error="")
    record("go on", run, actor=by, source=source, after={"asked_again": again})


@transaction.atomic
def set_limits(
    run: EvalRun,
    by: User | None,
    *,
    token_limit: int | None,
    cost_limit: Decimal | None,
    source: EventSource = EventSource.UI,
) -> None:
    """Give the run other limits, None for none; they hold from when it goes on. Raises RunGoesOn, LimitNeedsPrice."""
    if run.is_active:
        raise RunGoesOn(state=run.shown_state.label)
    if cost_limit is not None and price_of(endpoint_of(run.version)) is None:
        raise LimitNeedsPrice(version=run.version)
    before = {"token_limit": run.token_limit, "cost_limit": None if run.cost_limit is None else str(run.cost_limit)}
    run.token_limit, run.cost_limit = token_limit, cost_limit
    run.save(update_fields=["token_limit", "cost_limit"])
    after = {"token_limit": token_limit, "cost_limit": None if cost_limit is None else str(cost_limit)}
    record("limit", run, actor=by, source=source, before=before, after=after)


@transaction.atomic
def rescore_eval(run: EvalRun, by: User | None, source: EventSource = EventSource.UI) -> Job:
    """Score the kept answers again with the scorer as it is now; no model is asked.

    Raises RunGoesOn and SuiteIsImported.
    """
    if run.is_active:
        raise RunGoesOn(state=run.shown_state.label)
    if run.suite.scorer == IMPORTED.name:
        raise SuiteIsImported(suite=run.suite)
    record("rescore", run, actor=by, source=source, before={"scorer": run.hashes.get("scorer", "")})
    return enqueue("evals.rescore", {"run_id": run.pk}, title=f"Rescore {run}", by=by, about=("show_eval_run", run))


@transaction.atomic
def launch_comparison(
    baseline: EvalRun, candidate: EvalRun, by: User | None, source: EventSource = EventSource.UI
) -> Comparison:
    """Compare two finished runs of one suite; a pair that was compared before gives the comparison that is there.

    Raises NotComparable and RunNotFinished.
    """
    check_comparable(baseline, candidate)
    comparison, is_new = Comparison.objects.get_or_create(
        baseline=baseline, candidate=candidate, defaults={"created_by": by}
    )
    if is_new:
        record("compare", comparison, actor=by, source=source)
    if is_new or comparison.can_go_on:
        enqueue_comparison(comparison, by)
    comparison.refresh_from_db()
    return comparison


@transaction.atomic
def compute_again(comparison: Comparison, by: User | None, source: EventSource = EventSource.UI) -> None:
    """Compute a comparison anew, after its runs were scored again or the attempt failed. Raises ComparisonGoesOn."""
    if comparison.is_active:
        raise ComparisonGoesOn
    check_comparable(comparison.baseline, comparison.candidate)
    record("compute again", comparison, actor=by, source=source)
    enqueue_comparison(comparison, by)


@transaction.atomic
def edit_note(comparison: Comparison, note: str, by: User | None, source: EventSource = EventSource.UI) -> None:
    """Keep what people say about a comparison; the history has what stood there before."""
    current = Comparison.objects.select_for_update(no_key=True).only("note").get(pk=comparison.pk)
    text = storable(note.strip())
    if text == current.note:
        return
    Comparison.objects.filter(pk=comparison.pk).update(note=text)
    record("note", comparison, actor=by, source=source, before={"note": current.note}, after={"note": text})


def enqueue_comparison(comparison: Comparison, by: User | None) -> None:
    """Put the comparison's computing in the line."""
    job = enqueue(
        "evals.compare",
        {"comparison_id": comparison.pk},
        title=f"Compare {comparison.candidate.version} with {comparison.baseline.version}",
        by=by,
        about=("show_comparison", comparison),
    )
    Comparison.objects.filter(pk=comparison.pk).update(job=job, state=WorkState.QUEUED, error="")


def _enqueue_run(run: EvalRun, by: User | None) -> Job:
    return enqueue("evals.run_suite", {"run_id": run.pk}, title=f"{run}", by=by, about=("show_eval_run", run))
