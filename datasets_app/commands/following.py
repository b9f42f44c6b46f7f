"""Waiting for a job, for commands that say what came of it."""

from __future__ import annotations

import sys
import time

from afsweb.core.models import Job, JobState
from afsweb.terminal import clean

POLL = 0.5  # seconds
PATIENCE = 15.0  # seconds after which a waiting job deserves a word


def follow(job: Job | None) -> bool:
    """Wait until a job has ended; whether it ended well. Ctrl-C leaves the job running."""
    assert job is not None
    begin, hinted = time.monotonic(), False
    while not job.is_final:
        if job.state == JobState.QUEUED and not hinted and time.monotonic() - begin > PATIENCE:
            print(clean(f"{job.title} waits for a worker; `afs up` starts one"), file=sys.stderr)
            hinted = True
        time.sleep(POLL)
        job.refresh_from_db()
    if job.state != JobState.SUCCEEDED:
        said = job.error or f"{job.title} was stopped."
        print(clean(f"afs: {said}  {job.get_absolute_url()}"), file=sys.stderr)
    return job.state == JobState.SUCCEEDED
