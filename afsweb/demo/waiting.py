"""Waiting for a job as a person at the terminal does."""

from __future__ import annotations

import time

from afsweb.core.models import Job, JobState
from afsweb.demo.runner import Say, StageFailed

LOOK_SECONDS = 0.5


def wait_for(job: Job | None, say: Say) -> None:
    """Wait until the job is final, showing its progress. Raises StageFailed when it did not succeed."""
    if job is None:
        raise StageFailed("Its job is gone.")
    while True:
        job.refresh_from_db()
        if job.is_final:
            break
        of = f" of {job.total:,}" if job.total else ""
        say(f"{job.get_state_display()}: {job.done:,}{of} {job.note}".strip())
        time.sleep(LOOK_SECONDS)
    if job.state != JobState.SUCCEEDED:
        raise StageFailed(f"{job.title} has {job.get_state_display()}. {job.error}".strip())
