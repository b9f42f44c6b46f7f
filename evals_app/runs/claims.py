"""Taking planned answers for oneself: any number of jobs may work on one run."""

from __future__ import annotations

from django.db.models import Q

from afsweb.core.jobs.context import JobContext
from afsweb.core.models import Job, JobState
from evals_app.models import EvalRun, Result, ResultState

# Claimed ahead of what is asked at once, so that the next questions wait for no query.
CLAIM = 32


def plan_results(run: EvalRun) -> None:
    """Write down each answer that the run needs, case x repeat; those that are there stay. Call it fenced."""
    cases = list(run.suite.cases.values_list("pk", flat=True))
    if run.results.count() == len(cases) * run.repeats:
        return
    Result.objects.bulk_create(
        [Result(run=run, case_id=case, repeat=repeat) for repeat in range(run.repeats) for case in cases],
        ignore_conflicts=True,
        batch_size=2_000,
    )


def claim_results(ctx: JobContext, run: EvalRun, repeat: int) -> list[Result]:
    """Claim up to CLAIM planned answers of one repeat for this lease, oldest first.

    What others are just taking is skipped; what a lease holds that is not current any more is free.
    """
    current = Job.objects.filter(state=JobState.LEASED).values("lease")
    with ctx.fenced():
        free = run.results.filter(Q(lease=None) | ~Q(lease__in=current), state=ResultState.PLANNED, repeat=repeat)
        claimed = list(free.order_by("pk").select_for_update(skip_locked=True)[:CLAIM])
        Result.objects.filter(pk__in=[result.pk for result in claimed]).update(lease=ctx.lease)
    return claimed
