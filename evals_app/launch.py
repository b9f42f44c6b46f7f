"""Starting and going on with evaluations and comparisons: what the pages, `afs` and the demo call."""

from __future__ import annotations

from django.db import transaction

from afsweb.core.history import record
from afsweb.core.jobs.enqueue import enqueue
from afsweb.core.jobs.text import storable
from afsweb.core.models import EventSource, Job, User, WorkState
from afsweb.llm.answering import Sampling
from evals_app.compare.comparability import check_comparable
from evals_app.errors import ComparisonGoesOn, NothingToAsk, RunGoesOn, SuiteIsArchived, VersionCannotAnswer
from evals_app.hashes import endpoint_of
from evals_app.models import Comparison, EvalRun, ResultState, Suite
from training_app.models import ModelVersion


@transaction.atomic
def launch_eval(
    suite: Suite,
    version: ModelVersion,
    by: User | None,
    *,
    sampling: Sampling | None = None,
    repeats: int = 1,
    source: EventSource = EventSource.UI,
) -> EvalRun:
    """Let the version answer the suite. Raises SuiteIsArchived and VersionCannotAnswer."""
    if suite.is_archived:
        raise SuiteIsArchived(suite=suite)
    if endpoint_of(version) is None:
        raise VersionCannotAnswer(version=version)
    run = EvalRun.objects.create(
        suite=suite, version=version, sampling=(sampling or Sampling()).as_dict(), repeats=repeats, created_by=by
    )
    EvalRun.objects.filter(pk=run.pk).update(job=_enqueue_run(run, by))
    record("launch", run, actor=by, source=source, after={"sampling": run.sampling, "repeats": repeats})
    run.refresh_from_db()
    return run


@transaction.atomic
def go_on(run: EvalRun, by: User | None, source: EventSource = EventSource.UI) -> None:
    """Ask what has no answer yet, and what failed, again. Raises RunGoesOn and NothingToAsk."""
    if run.is_active:
        raise RunGoesOn(state=run.shown_state.label)
    failed = run.results.filter(state=ResultState.FAILED)
    if run.state == WorkState.SUCCEEDED and not failed.exists():
        raise NothingToAsk
    if not run.queue_again(_enqueue_run(run, by)):
        raise RunGoesOn(state="on its way: somebody else was faster")
    again = failed.update(state=ResultState.PLANNED, lease=None, error="")
    record("go on", run, actor=by, source=source, after={"asked_again": again})


@transaction.atomic
def rescore_eval(run: EvalRun, by: User | None, source: EventSource = EventSource.UI) -> Job:
    """Score the kept answers again with the scorer as it is now; no model is asked. Raises RunGoesOn."""
    if run.is_active:
        raise RunGoesOn(state=run.shown_state.label)
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
