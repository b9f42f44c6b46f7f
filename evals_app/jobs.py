"""The jobs of evaluation. Each imports its work when it runs: every job's process loads this file, few need scipy."""

from __future__ import annotations

from typing import Any

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
    from evals_app.runner import answer_suite

    answer_suite(ctx, run_rows().get(pk=run_id))


@job("evals.rescore")
def rescore(ctx: JobContext, *, run_id: int) -> None:
    """Score a run's answers again."""
    from evals_app import finish
    from evals_app.rows import run_rows

    finish.rescore(ctx, run_rows().get(pk=run_id))


@job("evals.compare")
def compare(ctx: JobContext, *, comparison_id: int) -> None:
    """Compute the statistics of a comparison."""
    from evals_app.compare.compute import compute
    from evals_app.rows import comparison_rows

    compute(ctx, comparison_rows().get(pk=comparison_id))


@job("evals.make_personas", queue="eval")
def make_personas(ctx: JobContext, **wish: Any) -> None:
    """Let an endpoint word personas, and make the suite of their conversations."""
    from evals_app.simulate import jobs

    jobs.make_personas(ctx, **wish)
