"""Real workers against this run's own servers: started, killed and stopped as machines and people do it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

import django_rq
import psutil
import pytest
from django.conf import settings
from django.db import InterfaceError, OperationalError, connection

from afsweb.core.jobs.enqueue import enqueue
from afsweb.core.models import Job, JobLog, JobState
from tests.acceptance.clocks import FAST_CLOCKS as FAST_CLOCKS

T = TypeVar("T")
PATIENCE = 120.0  # seconds in which every job has to be over, whatever was killed


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything here is an acceptance test, and commits for real: other processes have to see it."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.acceptance)


class WorkerProcess:
    """One `manage.py afs_worker`."""

    def __init__(self, name: str, log: Path, clocks: dict[str, str]) -> None:
        self.name = name
        command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "afs_worker", "--host", "here", "--name", name]
        with log.open("ab") as output:
            self._popen = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env=os.environ | {"DATABASE_URL": database_url()} | clocks,
                cwd=settings.BASE_DIR,
            )
        self.process = psutil.Process(self._popen.pid)

    def children(self) -> list[psutil.Process]:
        """The processes of its job."""
        found: list[psutil.Process] = self.process.children(recursive=True)
        return found

    def child(self) -> psutil.Process:
        """The one process of its job."""
        return wait_for(lambda: next(iter(self.children()), None))

    def kill(self) -> None:
        """kill -9, this process alone."""
        self.process.kill()
        self._popen.wait()

    def ask_to_stop(self) -> float:
        """SIGTERM; returns how many seconds it took to end."""
        asked_at = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        self._popen.wait(PATIENCE)
        return time.monotonic() - asked_at

    def end(self) -> None:
        """Kill what is left of it and of its children."""
        if self._popen.poll() is None:
            for process in self.children():
                with suppress(psutil.NoSuchProcess):  # it ended by itself just now
                    process.kill()
            self.kill()


class Workers:
    """The workers of one test."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.all: list[WorkerProcess] = []

    def start(self, count: int = 1, clocks: dict[str, str] = FAST_CLOCKS) -> list[WorkerProcess]:
        """Start workers and wait until they look for jobs."""
        names = [f"w{len(self.all) + number}" for number in range(count)]
        new = [WorkerProcess(name, self.log(name), clocks) for name in names]
        self.all += new
        wait_for(lambda: all(self._is_up(worker) for worker in new))
        return new

    def _is_up(self, worker: WorkerProcess) -> bool:
        log = self.log(worker.name).read_text()
        assert worker.process.is_running() and worker.process.status() != psutil.STATUS_ZOMBIE, log
        return "takes jobs from" in log

    def log(self, name: str) -> Path:
        return self.directory / f"{name}.log"

    def holder(self, job: Job) -> WorkerProcess:
        """The worker that has the job."""
        job.refresh_from_db()
        return next(worker for worker in self.all if f"-{worker.name}-" in job.worker)

    def end(self) -> None:
        for worker in self.all:
            worker.end()


@pytest.fixture
def workers(transactional_db: None, tmp_path: Path) -> Generator[Workers]:
    """Starts workers; none outlives the test."""
    django_rq.get_connection().flushall()
    workers = Workers(tmp_path)
    yield workers
    workers.end()


def database_url() -> str:
    """Where workers find this test's database. It holds the password."""
    parts = urlsplit(os.environ["DATABASE_URL"])
    return parts._replace(path=f"/{connection.settings_dict['NAME']}").geturl()


def make_job(steps: int = 30, pause: float = 0.1) -> Job:
    """A job of some seconds, each of whose steps leaves one line."""
    return enqueue("core.selftest", {"steps": steps, "pause": pause}, title="An acceptance test")


def wait_for(look: Callable[[], T], seconds: float = PATIENCE) -> T:
    """The first true answer of `look`, through a restart of the database if need be."""
    until = time.monotonic() + seconds
    while True:
        try:
            if found := look():
                return found
        except (OperationalError, InterfaceError):
            connection.close()
        assert time.monotonic() < until, f"not within {seconds:g} s:\n{story()}"
        time.sleep(0.05)


def story() -> str:
    """Every job's state and what it said last, for a test that waited in vain."""
    lines = []
    for job in Job.objects.all():
        said = list(JobLog.objects.filter(job=job).order_by("-pk").values_list("text", flat=True)[:3])
        lines.append(f"{job.pk} {job.state}, attempt {job.attempt}, {job.done} done, {job.error!r}, last {said}")
    return "\n".join(lines)


def wait_for_steps(job: Job, *, attempt: int = 1) -> None:
    """Wait until that attempt at the job has made a few steps."""
    running = Job.objects.filter(pk=job.pk, state=JobState.LEASED, attempt=attempt)
    before: int = wait_for(lambda: list(running.values_list("done")[:1]))[0][0]
    wait_for(running.filter(done__gte=before + 3).exists)


def wait_until_over(jobs: Sequence[Job]) -> None:
    """Wait until every job is in a final state."""
    keys = [job.pk for job in jobs]
    final = JobState.final()
    wait_for(lambda: Job.objects.filter(pk__in=keys, state__in=final).count() == len(keys))
    for job in jobs:
        job.refresh_from_db()


def steps_of(job: Job) -> list[int]:
    """The steps that left a line, in the order in which they did."""
    lines = JobLog.objects.filter(job=job, text__startswith="step ").order_by("pk").values_list("text", flat=True)
    return [int(line.split()[1]) for line in lines]


def assert_done_once(job: Job) -> None:
    """The job has succeeded, and each of its steps took effect exactly once, in order."""
    assert (job.state, job.error) == (JobState.SUCCEEDED, "")
    assert steps_of(job) == list(range(1, job.params["steps"] + 1))
