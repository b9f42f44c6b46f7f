"""The job that looks after the trainings: which stand still, which go on again, which broke off without a word."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Case, F, Q, QuerySet, Value, When
from django.db.models.fields import DurationField, FloatField
from django.db.models.functions import Cast, Greatest, Now

from afsweb.core.jobs.context import JobContext
from afsweb.core.jobs.registry import job
from afsweb.core.models import Job, JobState, Pulse, WorkState
from afsweb.core.templatetags.afs import duration
from training_app.models import TrainingRun
from training_app.monitor.telling import tell

MONITOR = "training.monitor"
# A training stands still when it wrote nothing for 10 times its usual step, but 5 minutes at least (evaluating and
# sealing a checkpoint take longer than a step), and half an hour before its first step (a large model loads, kernels
# compile).
TIMES, LEAST, LOADING = 10.0, 300.0, 1800.0


@job(MONITOR)
def monitor(ctx: JobContext) -> None:
    """One look at all trainings; each change is told once, whoever looks. Safe to stop and to run twice."""
    ctx.progress(0, 3, "who stands still")
    stalled = [run for run in running() if _tell_stalled(ctx, run)]
    ctx.progress(1, 3, "who goes on again")
    woken = [run for run in running() if _tell_woken(ctx, run)]
    ctx.progress(2, 3, "who broke off")
    broken = [run for run in broken_off() if _close(ctx, run)]
    for run, what in [(run, "stands still") for run in stalled] + [(run, "goes on again") for run in woken]:
        ctx.log(f"{run} {what}")
    for run in broken:
        ctx.log(f"{run} broke off: {run.error}")
    ctx.progress(3, 3, f"{len(stalled)} stand still, {len(broken)} broke off")
    if stalled or woken or broken:
        ctx.finish(stalled=len(stalled), woken=len(woken), broken_off=len(broken))
    forget_quiet(ctx)


def running() -> QuerySet[TrainingRun]:
    """The runs that a job is training now, with its pulse."""
    runs = TrainingRun.objects.filter(state=WorkState.RUNNING, job__state=JobState.LEASED, job__pulse__isnull=False)
    return runs.select_related("job__pulse", "created_by").order_by("pk")


def still() -> Q:
    """The condition on a pulse that it stands still, by the database's clock."""
    allowed = Case(
        When(usual_seconds__isnull=True, then=Value(LOADING)),
        default=Greatest(F("usual_seconds") * TIMES, Value(LEAST)),
        output_field=FloatField(),
    )
    seconds = Cast(allowed, FloatField()) * Value(timedelta(seconds=1), output_field=DurationField())
    return Q(step_at__lt=Now() - seconds)


def _tell_stalled(ctx: JobContext, run: TrainingRun) -> bool:
    assert run.job is not None
    pulse = run.job.pulse
    with ctx.fenced():
        rows = Pulse.objects.filter(pk=pulse.pk, stalled_at__isnull=True)
        if not rows.filter(still()).update(stalled_at=Now()):
            return False
        usual = f"; a step usually takes {duration(pulse.usual_seconds)}" if pulse.usual_seconds else ""
        text = f"The training “{run}” stands still at step {pulse.step:,}{usual}. Look at its log and GPU, or stop it."
        tell(run, text)
    return True


def _tell_woken(ctx: JobContext, run: TrainingRun) -> bool:
    assert run.job is not None
    with ctx.fenced():
        if not Pulse.objects.filter(pk=run.job.pk, stalled_at__lt=F("step_at")).update(stalled_at=None):
            return False
        tell(run, f"The training “{run}” goes on again.")
    return True


def broken_off() -> QuerySet[TrainingRun]:
    """Runs whose job is over although nobody closed them: it lost its workers, or was cancelled in the line."""
    over = TrainingRun.objects.filter(state__in=WorkState.open(), job__state__in=JobState.final())
    return over.select_related("job", "created_by").order_by("pk")


def _close(ctx: JobContext, run: TrainingRun) -> bool:
    state, error = run.shown_state, run.shown_error
    with ctx.fenced():
        # Locked while somebody resumes it: then it has another job, and is none of these.
        rows = TrainingRun.objects.filter(pk=run.pk, state=run.state, job=run.job)
        return bool(rows.update(state=state, error=error, finished_at=Now()))


def forget_quiet(ctx: JobContext) -> None:
    """Delete earlier looks of this kind that found nothing: six an hour would bury the list of jobs."""
    with ctx.fenced():
        quiet = Job.objects.filter(kind=ctx.job.kind, state=JobState.SUCCEEDED, result={}).exclude(pk=ctx.job.pk)
        quiet.delete()
