"""What a job body is given: its row, its way to write (only while the lease is its own), progress, log and the wish to stop."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TypeVar
from uuid import UUID

from django.db import transaction
from django.db.models import F, QuerySet

from afsweb.core.models import Job, JobLog, JobState

T = TypeVar("T")


class LeaseLost(Exception):
    """Somebody else has this job now; whatever was not yet committed must not be."""


class Stopped(Exception):
    """A person asked the job to stop. The body may catch it to put its own rows in order; the job ends as cancelled."""


class JobContext:
    """One attempt at one job. Everything it writes, it writes under the lease it was given."""

    def __init__(self, job: Job, lease: UUID) -> None:
        self.job = job
        self.lease = lease

    @contextmanager
    def fenced(self) -> Iterator[None]:
        """A transaction that holds the job's row while the lease is still mine. Raises LeaseLost otherwise."""
        with transaction.atomic():
            mine = Job.objects.select_for_update().filter(pk=self.job.pk, state=JobState.LEASED, lease=self.lease)
            if not mine.exists():
                raise LeaseLost(f"Job {self.job.pk} is no longer mine.")
            yield

    def progress(self, done: int, total: int | None = None, note: str = "") -> None:
        """Say how far the work is. Raises LeaseLost when the job is no longer mine, Stopped when a person asked to stop."""
        changes: dict[str, object] = {"done": done}
        if total is not None:
            changes["total"] = total
        if note:
            changes["note"] = note[:200]
        if not self._mine().update(**changes):
            raise LeaseLost(f"Job {self.job.pk} is no longer mine.")
        self.check_stop()

    def advance(self, by: int = 1) -> None:
        """Add `by` to what is done, from any of several writers."""
        self._mine().update(done=F("done") + by)

    def log(self, text: str) -> None:
        """Write a line for people."""
        JobLog.objects.create(job=self.job, text=text)

    def stop_requested(self) -> bool:
        """Whether a person asked this job to stop."""
        return self._mine().filter(stop_requested_at__isnull=False).exists()

    def check_stop(self) -> None:
        """Raise Stopped when a person asked this job to stop."""
        if self.stop_requested():
            raise Stopped

    def track(self, batches: Iterable[T], *, total: int | None = None, size: int = 1) -> Iterator[T]:
        """Yield each of `batches`, saying after each that `size` more are done."""
        done = 0
        for batch in batches:
            yield batch
            done += size
            self.progress(done, total)

    def finish(self, **result: object) -> None:
        """Keep what came out of the job: small JSON, shown on its page."""
        self._mine().update(result=result)

    def _mine(self) -> QuerySet[Job]:
        return Job.objects.filter(pk=self.job.pk, state=JobState.LEASED, lease=self.lease)
