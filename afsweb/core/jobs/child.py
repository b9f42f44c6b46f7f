"""The process that does one job: it runs the body, proves every few seconds that it lives, and leaves when it should.

The lease is kept alive from inside this process alone, because only a heartbeat from here proves that the work goes on.
The worker that started us proves that it lives by holding our standard input open.
"""

from __future__ import annotations

import os
import signal
import threading
import time
from contextlib import suppress
from uuid import UUID

import psutil
from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection

from afsweb.core.jobs.context import JobContext, LeaseLost
from afsweb.core.jobs.perform import perform, settle
from afsweb.core.models import Job, JobState
from afsweb.logs.context import in_job

# Exit statuses. Any other status, and any signal, means that the process was lost.
ENDED, FAILED, LEFT = 0, 1, 3
WATCH = 1.0  # seconds between two looks at when the lease was last heard to be ours


def run_child(job_id: UUID, lease: UUID) -> int:
    """Do the job that was leased as `lease`, write its end down, return the exit status."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C in a terminal is for the worker, which then asks us
    job = Job.objects.filter(pk=job_id, state=JobState.LEASED, lease=lease).first()
    if job is None:
        return LEFT
    in_job(job.pk, job.kind)
    ctx = JobContext(job, lease)
    threading.Thread(target=listen_to_worker, args=(ctx, own_standard_input()), daemon=True).start()
    heart = Heart(ctx)
    heart.start()
    threading.Thread(target=heart.watch, daemon=True).start()
    try:
        ending = perform(ctx)
    except LeaseLost:
        return LEFT
    finally:
        kill_programs()
    heart.closing.set()
    if not settle(ending):
        return LEFT
    return FAILED if ending.name == "failed" else ENDED


class Heart(threading.Thread):
    """Renews the lease every `JOB_HEARTBEAT` seconds; ends the process when it is, or must be by now, another's."""

    def __init__(self, ctx: JobContext) -> None:
        super().__init__(name="heart", daemon=True)
        self.ctx = ctx
        self.closing = threading.Event()
        self.heard_at = time.monotonic()

    def run(self) -> None:
        while not self.closing.is_set():
            # Our own final write ends the lease too, but only after `closing` is set.
            if not self._is_ours() and not self.closing.is_set():
                vanish()
            self.closing.wait(settings.JOB_HEARTBEAT)

    def watch(self) -> None:
        """End the process also when the database neither answers nor refuses, and the beat waits for it."""
        while not self.closing.wait(WATCH):
            if time.monotonic() - self.heard_at >= settings.JOB_LEASE:
                vanish()

    def _is_ours(self) -> bool:
        try:
            is_ours = self.ctx.job.beat(self.ctx.lease)
        except (DatabaseError, InterfaceError):
            connection.close()
            return time.monotonic() - self.heard_at < settings.JOB_LEASE
        self.heard_at = time.monotonic()
        return is_ours


def own_standard_input() -> int:
    """Take standard input for ourselves, so that no program the body starts can read or hold it."""
    ours = os.dup(0)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    return ours


def listen_to_worker(ctx: JobContext, pipe: int) -> None:
    """Any byte from the worker means: come to an end soon. The end of the pipe means that the worker is gone."""
    # Not a file object: at exit the interpreter would wait for the lock that a reading thread holds.
    while os.read(pipe, 1):
        ctx.draining.set()
    vanish()


def kill_programs() -> None:
    """Kill every program that the body started: none may go on when somebody else does the job."""
    for process in psutil.Process().children(recursive=True):
        with suppress(psutil.NoSuchProcess):
            process.kill()


def vanish() -> None:
    """Leave at once and write nothing: the job is, or soon will be, somebody else's."""
    kill_programs()
    os._exit(LEFT)
