"""The jobs of evaluation. Each imports its work when it runs: every job's process loads this file, few need scipy."""

from __future__ import annotations

from typing import Any, Literal

from afsweb.core.jobs.context import JobContext
from afsweb.core.jobs.registry import job


def run_has_gone(*, run_id: int) -> str:
    """Why the evaluation's job must not run again, "" when it may."""
    from evals_app.models import EvalRun

    run = EvalRun.objects.select_related("job").filter(pk=run_id).first()
    if run is None:
        return "its evaluation was deleted."
    return "another job works on its evaluation." if run.is_active else ""


@job("evals.run_suite", queue="eval", refuse_retry=run_has_gone)
def run_suite(ctx: JobContext, *, run_id: int) -> None:
    """Let a version answer a suite."""
    from evals_app.rows import run_rows
    from evals_app.runs.runner import answer_suite

    answer_suite(ctx, run_rows().get(pk=run_id))


@job("evals.rescore")
def rescore(ctx: JobContext, *, run_id: int) -> None:
    """Score a run's answers again."""
    from evals_app.rows import run_rows
    from evals_app.runs import finish

    finish.rescore(ctx, run_rows().get(pk=run_id))


@job("evals.make_shipped")
def make_shipped(ctx: JobContext) -> None:
    """Make the suites that come with the house."""
    from evals_app.shipped.making import make_shipped_job

    make_shipped_job(ctx)


@job("evals.make_from_samples")
def make_from_samples(ctx: JobContext, *, domain: str, what: Literal["goldens", "edits"], name: str) -> None:
    """Make a suite of a domain's goldens, or of edits."""
    from datasets_app.models import Domain
    from evals_app.from_samples.suites import make_from_samples_job

    make_from_samples_job(ctx, Domain.objects.get(slug=domain), what, name)


@job("evals.compare")
def compare(ctx: JobContext, *, comparison_id: int) -> None:
    """Compute the statistics of a comparison."""
    from evals_app.compare.compute import compute
    from evals_app.rows import comparison_rows

    compute(ctx, comparison_rows().get(pk=comparison_id))


@job("evals.judge", queue="eval")
def judge(ctx: JobContext, *, run_id: int, judge_id: int, rubric_id: int | None = None) -> None:
    """Keep another judge's opinion of a run's answers."""
    from afsweb.core.models import Endpoint
    from evals_app.judging.second import judge_beside
    from evals_app.models import Rubric
    from evals_app.rows import run_rows

    rubric = Rubric.objects.get(pk=rubric_id) if rubric_id else None
    judge_beside(ctx, run_rows().get(pk=run_id), Endpoint.objects.get(pk=judge_id), rubric)


@job("evals.judge_pairs", queue="eval")
def judge_pairs(ctx: JobContext, *, comparison_id: int, judge_id: int, rubric_id: int) -> None:
    """Let a judge compare two runs' answers, each pair both ways round."""
    from afsweb.core.models import Endpoint
    from evals_app.judging import pairs
    from evals_app.models import Rubric
    from evals_app.rows import comparison_rows

    judge, rubric = Endpoint.objects.get(pk=judge_id), Rubric.objects.get(pk=rubric_id)
    pairs.judge_pairs(ctx, comparison_rows().get(pk=comparison_id), judge, rubric)


@job("evals.follow_up")
def follow_up(ctx: JobContext, *, run_id: int) -> None:
    """Look for a run's cases in its version's training data, and hold the version against the gates."""
    from evals_app.rows import run_rows
    from evals_app.runs import follow_up as following

    following.follow_up(ctx, run_rows().get(pk=run_id))


@job("evals.look_for_leaks")
def look_for_leaks(ctx: JobContext, *, contamination_id: int) -> None:
    """Look for a suite's cases in a snapshot."""
    from evals_app.contamination.keeping import look
    from evals_app.models import Contamination

    found = look(ctx, Contamination.objects.select_related("suite", "snapshot").get(pk=contamination_id))
    ctx.finish(leaked=len(found))


@job("evals.held_out", queue="eval")
def measure_held_out(ctx: JobContext, *, held_out_id: int) -> None:
    """Compute a version's loss on what a snapshot holds out."""
    from evals_app.abilities.held_out import compute as compute_loss
    from evals_app.rows import held_out_rows

    compute_loss(ctx, held_out_rows().get(pk=held_out_id))


@job("evals.measure_versions")
def measure_versions(ctx: JobContext) -> None:
    """Ask new versions the general suites, and measure their held-out loss."""
    from evals_app.abilities import every_version

    every_version.measure_versions(ctx)


@job("evals.make_personas", queue="eval")
def make_personas(ctx: JobContext, **wish: Any) -> None:
    """Let an endpoint word personas, and make the suite of their conversations."""
    from evals_app.simulate import jobs

    jobs.make_personas(ctx, **wish)
