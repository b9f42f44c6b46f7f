"""What a job body is given: its row, its way to write while the lease is its own, progress, log, the wish to stop."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TypeVar
from uuid import UUID

from django.db import transaction
from django.db.models import F

from afsweb.core.jobs.text import storable
from afsweb.core.models import Job, JobLog

T = TypeVar("T")
TICK = 0.5  # seconds between two progress reports of `track`


class LeaseLost(Exception):
    """Somebody else has this job now; whatever was not yet committed must not be."""


class Stopped(Exception):
    """A person asked the job to stop. The body may catch it to put its own rows in order; the job ends as cancelled."""


class PutBack(Exception):
    """The worker is asked to stop, not the job: leave things as they are, the job goes on later from what is stored."""


class JobContext:
    """One attempt at one job. Everything it writes, it writes under the lease it was given. Threads may share it."""

    def __init__(self, job: Job, lease: UUID) -> None:
        self.job = job
        self.lease = lease
        self.draining = threading.Event()
        self._local = threading.local()

    @contextmanager
    def fenced(self) -> Iterator[None]:
        """A transaction that holds the job's row while the lease is still mine. Raises LeaseLost otherwise."""
        with transaction.atomic():
            # Not FOR UPDATE: rows that refer to the job (log lines, calls) may still be written by others.
            if not self.job.held_by(self.lease).select_for_update(no_key=True).exists():
                raise self._lost()
            was_inside, self._local.inside = self._is_inside(), True
            try:
                yield
            finally:
                self._local.inside = was_inside

    def progress(self, done: int, total: int | None = None, note: str = "") -> None:
        """Say how far the work is. Raises LeaseLost, and, like `check_stop`, Stopped or PutBack.

        Inside `fenced()` it does not stop, since that would undo what the block has just stored.
        """
        changes: dict[str, object] = {"done": done}
        if total is not None:
            changes["total"] = total
        if note:
            changes["note"] = storable(note)[:200]
        self._update(**changes)
        if not self._is_inside():
            self.check_stop()

    def advance(self, by: int = 1) -> None:
        """Add `by` to what is done, from any of several writers. Raises LeaseLost."""
        self._update(done=F("done") + by)

    def log(self, text: str) -> None:
        """Write a line for people. Raises LeaseLost."""
        with self.fenced():
            JobLog.objects.create(job=self.job, text=storable(text))

    def stop_requested(self) -> bool:
        """Whether the body should come to an end now, because a person asked for it or because the worker stops."""
        return self.draining.is_set() or self._person_asked()

    def check_stop(self) -> None:
        """Raise Stopped when a person asked this job to stop, PutBack when its worker is asked to stop."""
        if self._person_asked():
            raise Stopped
        if self.draining.is_set():
            raise PutBack

    def track(self, batches: Iterable[T], *, total: int | None = None, size: int = 1) -> Iterator[T]:
        """Yield each of `batches`, saying now and then how far it is: each is `size`. Raises as `progress` does."""
        done, told_at = 0, time.monotonic()
        for batch in batches:
            yield batch
            done += size
            if time.monotonic() - told_at >= TICK:
                self.progress(done, total)
                told_at = time.monotonic()
        self.progress(done, total)

    def finish(self, **result: object) -> None:
        """Keep what came out of the job: small JSON, shown on its page. Raises LeaseLost."""
        self._update(result=result)

    def _person_asked(self) -> bool:
        return self.job.held_by(self.lease).filter(stop_requested_at__isnull=False).exists()

    def _update(self, **changes: object) -> None:
        if not self.job.held_by(self.lease).update(**changes):
            raise self._lost()

    def _lost(self) -> LeaseLost:
        return LeaseLost(f"Job {self.job.pk} is no longer mine.")

    def _is_inside(self) -> bool:
        return bool(getattr(self._local, "inside", False))
