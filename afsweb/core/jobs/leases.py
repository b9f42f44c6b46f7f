"""How an attempt ends: finished, put back, or lost. Each is one transaction that holds only while the lease does."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now

from afsweb.core.jobs.text import storable
from afsweb.core.models import Call, CallState, Job, JobLog, JobState
from afsweb.core.notifications.occasions import tell_end, tell_loss


def finish(job: Job, lease: UUID, state: JobState, *, error: str = "", log: str = "") -> bool:
    """Leave the job in its final `state`, and tell who started it; False when the lease is somebody else's."""
    with transaction.atomic():
        ended = _end(job, lease, state, log, error=storable(error), finished_at=Now())
        if ended:
            tell_end(job, lease, state, error)
        return ended


def put_back(job: Job, lease: UUID, log: str = "Put back in the line: its worker was asked to stop.") -> bool:
    """Give the job back to the line without counting this attempt; a job that was asked to stop is cancelled."""
    with transaction.atomic():
        current = _locked(job, lease)
        if current is None:
            return False
        if current.is_stopping:
            return finish(current, lease, JobState.CANCELLED)
        return _requeue(current, lease, log, attempt=F("attempt") - 1)


def lose(job: Job, lease: UUID, reason: str) -> bool:
    """The attempt came to nothing because of `reason`: back to the line, or failed when the attempts are used up."""
    with transaction.atomic():
        current = _locked(job, lease)
        if current is None:
            return False
        if current.is_stopping:
            return finish(current, lease, JobState.CANCELLED, log=f"Stopped: {reason}.")
        if current.attempt < current.max_attempts:
            tell_loss(current, lease, reason)
            return _requeue(current, lease, f"Attempt {current.attempt} was lost: {reason}. Back in the line.")
        times = "once" if current.attempt == 1 else f"{current.attempt} times"
        error = f"It lost its worker {times}; the last time, {reason}."
        return finish(current, lease, JobState.FAILED, error=error)


def _locked(job: Job, lease: UUID) -> Job | None:
    return job.held_by(lease).select_for_update(no_key=True).first()


def _requeue(job: Job, lease: UUID, log: str, **changes: object) -> bool:
    return _end(job, lease, JobState.QUEUED, log, host=None, worker="", heartbeat_at=None, started_at=None, **changes)


def _end(job: Job, lease: UUID, state: JobState, log: str, **changes: object) -> bool:
    with transaction.atomic():
        if not job.end_lease(lease, state, **changes):
            return False
        # Who sent these calls is gone: nobody will ever write down their answers.
        Call.objects.filter(job=job, state=CallState.SENT).update(state=CallState.UNKNOWN)
        if log:
            JobLog.objects.create(job=job, text=storable(log))
        return True
