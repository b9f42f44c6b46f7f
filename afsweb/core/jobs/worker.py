"""The worker: look for a job, have a child process do it, put right what others left; until it is asked to stop."""

from __future__ import annotations

import logging
import os
import signal
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from types import FrameType
from uuid import uuid4

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection
from django.db.models import Case, Q, When
from django.db.models.functions import Now
from rq.worker import WorkerStatus

from afsweb.core.jobs.child import ENDED, LEFT
from afsweb.core.jobs.claim import claim
from afsweb.core.jobs.doorbell import Doorbell
from afsweb.core.jobs.errors import NoSuchQueue
from afsweb.core.jobs.examiner import Examiner
from afsweb.core.jobs.hosts import sign_in
from afsweb.core.jobs.leases import finish, lose, put_back
from afsweb.core.jobs.predecessor import give_up_predecessor
from afsweb.core.jobs.process import ChildProcess, describe
from afsweb.core.jobs.reconcile import reconcile
from afsweb.core.jobs.text import storable
from afsweb.core.models import Host, JobLog, JobState
from afsweb.core.versions import version_of_database, why_no_jobs
from afsweb.services.bytecode import compile_ahead

log = logging.getLogger(__name__)

PAUSE = 0.1  # seconds between two looks at the child
SLICE = 0.5  # seconds of waiting for a ring after which a wish to stop is seen
LOST_TOUCH = "it lost touch with the database"
DRAIN = 1.2  # seconds that a child has to come to an end when the worker stops; the supervisor waits 2 s for us


def read_queues(text: str) -> list[str]:
    """The queues that `text` names, with commas between. Raises NoSuchQueue."""
    names = [queue.strip() for queue in text.split(",") if queue.strip()]
    unknown = sorted(set(names) - set(settings.QUEUES))
    if unknown or not names:
        raise NoSuchQueue(queues=", ".join(unknown) or "(none)", known=", ".join(settings.QUEUES))
    return names


class Worker:
    """One worker process on one host: one job at a time."""

    def __init__(self, host_name: str, queues: Sequence[str], label: str = "worker") -> None:
        self.host_name, self.queues = host_name, tuple(queues)
        self.label = label[:20]
        # Unique: Redis forgets the name of a killed worker only after minutes, and would not let it in again till then.
        self.name = f"{host_name[:50]}-{self.label}-{os.getpid()}-{uuid4().hex[:8]}"
        self.doorbell = Doorbell(self.name, self.queues)
        self.host: Host | None = None
        self.why_no_jobs = ""
        self.examiner = Examiner()
        self.stopping = False
        self.next_rounds = 0.0

    def run(self) -> None:
        """Work until SIGTERM or SIGINT."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._ask_to_stop)
        compile_ahead()
        log.info("%s takes jobs from %s", self.name, ", ".join(self.queues))
        with tolerant():
            give_up_predecessor(self.label, self.name)
        while not self.stopping:
            with tolerant():
                self.make_rounds(WorkerStatus.IDLE)
                if self.work_once():
                    continue
            self._wait()
        self.doorbell.leave()

    def work_once(self) -> bool:
        """Do the next job, if there is one."""
        taken = claim(self.host, self.name, self.queues) if self.host and not self.why_no_jobs else None
        if taken is None:
            return False
        log.info("took %s (%s), attempt %s", taken.job.pk, taken.job.kind, taken.job.attempt + 1)
        self.doorbell.show(WorkerStatus.BUSY)
        try:
            child = ChildProcess(taken)
        except OSError as error:  # no memory, no processes left
            lose(taken.job, taken.lease, f"its process could not be started: {error}")
        else:
            self._see_through(child)
        self.doorbell.show(WorkerStatus.IDLE)
        return True

    def make_rounds(self, state: WorkerStatus) -> None:
        """When they are due: sign in the host, put right what the lost left, show up in Redis."""
        if time.monotonic() < self.next_rounds:
            return
        self.next_rounds = time.monotonic() + settings.JOB_RECONCILE
        self.doorbell.show(state)
        self.host = sign_in(self.host_name, self.queues)
        self._say_why_no_jobs(why_no_jobs(self.host, version_of_database()))
        self.examiner.look(self.host)
        reconcile()

    def _say_why_no_jobs(self, why: str) -> None:
        if why != self.why_no_jobs:
            log.warning("takes no jobs: %s", why) if why else log.info("takes jobs again")
        self.why_no_jobs = why

    def _wait(self) -> None:
        until = time.monotonic() + settings.JOB_POLL
        while not self.stopping and (left := until - time.monotonic()) > 0:
            if self.doorbell.wait(min(left, SLICE)):
                return

    def _see_through(self, child: ChildProcess) -> None:
        """Stay with the child until it has ended, whatever happens to it, to the database or to us."""
        watch = Watch(child)
        while child.status() is None:
            with tolerant():
                self.make_rounds(WorkerStatus.BUSY)
                watch.look()
            if self.stopping:
                drain(child)
            time.sleep(PAUSE)
        with tolerant():
            close(child)

    def _ask_to_stop(self, _number: int, _frame: FrameType | None) -> None:
        self.stopping = True


class Watch:
    """What the worker looks at while a child runs: is its lease its own, does it stop when it was asked to?"""

    def __init__(self, child: ChildProcess) -> None:
        self.child = child
        self.next_look = 0.0
        self.was_lost = False

    def look(self) -> None:
        """Renew the lease of a child that is just starting; kill one that is no longer wanted or does not stop."""
        if time.monotonic() < self.next_look:
            return
        self.next_look = time.monotonic() + settings.JOB_HEARTBEAT
        job, lease = self.child.claim.job, self.child.claim.lease
        # An interpreter needs seconds to start. After that the child must speak for itself: it could hang.
        if self.child.age < settings.JOB_LEASE:
            job.beat(lease)
        overdue = Q(stop_requested_at__lt=Now() - timedelta(seconds=settings.JOB_GRACE))
        row = job.held_by(lease).annotate(is_overdue=Case(When(overdue, then=True), default=False)).first()
        if row is None:
            if self.was_lost:  # its own heartbeat has told it by now, and still it is there
                self.child.kill()
            self.was_lost = True
        elif row.is_overdue:
            self.child.kill()
            finish(job, lease, JobState.CANCELLED, log=f"It did not stop within {settings.JOB_GRACE:g} s: killed.")


def drain(child: ChildProcess) -> None:
    """Have the child put its job back in the line, or kill it and do that for it."""
    child.ask_to_end()
    until = time.monotonic() + DRAIN
    while child.status() is None and time.monotonic() < until:
        time.sleep(PAUSE / 2)
    if child.status() is None:
        child.kill()
        with tolerant():
            put_back(child.claim.job, child.claim.lease)


def close(child: ChildProcess) -> None:
    """The child has ended: if it did not write down how, its attempt is lost. Its output tells why."""
    job, lease = child.claim.job, child.claim.lease
    status, output = child.status(), child.close()
    assert status is not None
    was_lost = lose(job, lease, LOST_TOUCH if status == LEFT else describe(status))
    log.info("%s ended with status %s%s", job.pk, status, ", lost" if was_lost else "")
    if output and (was_lost or status not in (ENDED, LEFT)):
        JobLog.objects.create(job=job, text=storable(f"The end of its output:\n{output}"))


@contextmanager
def tolerant() -> Iterator[None]:
    """Survive the database's absence: what could not be done is done by a later round, or by somebody else."""
    try:
        yield
    except (DatabaseError, InterfaceError) as error:
        log.warning("the database does not answer: %s", error)
        connection.close()
