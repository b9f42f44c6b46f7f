"""The line as people look at it."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import F, QuerySet

from afsweb.core.jobs.listing import with_times
from afsweb.core.models import Job, JobState, WorkState
from training_app.models import TrainingRun
from training_app.rows import run_rows

SHOWN = 200


@dataclass(frozen=True)
class Place:
    """One place in the line: a job that wants a GPU, and the run that it trains; None: the job does something else."""

    job: Job
    run: TrainingRun | None


@dataclass(frozen=True)
class Line:
    """All that the page of the line shows; `waiting` in the order in which it is taken, `SHOWN` of each at most."""

    running: list[TrainingRun]
    waiting: list[Place]
    paused: list[TrainingRun]


def read_line() -> Line:
    """Four statements, whatever is in it."""
    jobs = list(waiting_jobs()[:SHOWN])
    runs = {run.job_id: run for run in run_rows().filter(job__in=jobs)}
    return Line(
        running=list(run_rows().filter(job__state=JobState.LEASED).order_by("job__started_at", "pk")[:SHOWN]),
        waiting=[Place(job, runs.get(job.pk)) for job in jobs],
        paused=list(paused_runs().order_by("-pk")[:SHOWN]),
    )


def waiting_jobs() -> QuerySet[Job]:
    """What waits for a GPU, trainings and whatever else needs one, in the order in which workers take it."""
    jobs = with_times(Job.objects.filter(state=JobState.QUEUED, needs_gpu_slot=True))
    return jobs.order_by(F("priority").desc(), "position", "pk")


def paused_runs() -> QuerySet[TrainingRun]:
    """Runs that stopped to go on later."""
    over = (
        run_rows().filter(is_paused=True, is_archived=False).exclude(job__state__in=(JobState.QUEUED, JobState.LEASED))
    )
    return over.exclude(state__in=(WorkState.SUCCEEDED, WorkState.FAILED))
