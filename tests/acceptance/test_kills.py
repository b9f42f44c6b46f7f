"""kill -9 of the child, of the worker, of both: the job goes on elsewhere, and no step of it takes effect twice."""

from __future__ import annotations

import psutil

from afsweb.core.models import JobLog
from tests.acceptance.conftest import Workers, assert_done_once, make_job, steps_of, wait_for_steps, wait_until_over


def test_child_is_killed(workers: Workers) -> None:
    (worker,) = workers.start()
    job = make_job()
    wait_for_steps(job)
    worker.child().kill()
    wait_until_over([job])
    assert_done_once(job)
    assert job.attempt == 2
    assert JobLog.objects.filter(job=job, text__startswith="Attempt 1 was lost: signal 9 killed it").exists()


def test_worker_is_killed_and_its_child_follows(workers: Workers) -> None:
    workers.start(2)
    job = make_job(steps=40)
    wait_for_steps(job)
    worker = workers.holder(job)
    child = worker.child()
    worker.kill()
    psutil.wait_procs([child], timeout=10)
    assert not child.is_running()
    wait_until_over([job])
    assert_done_once(job)
    assert job.attempt == 2


def test_worker_and_child_are_killed(workers: Workers) -> None:
    workers.start(2)
    job = make_job()
    wait_for_steps(job)
    worker = workers.holder(job)
    child = worker.child()
    worker.kill()
    child.kill()
    wait_until_over([job])
    assert_done_once(job)
    assert job.attempt == 2
    assert workers.holder(job) is not worker


def test_job_that_loses_every_worker_fails_in_words(workers: Workers) -> None:
    (worker,) = workers.start()
    job = make_job(steps=1000)
    for attempt in range(1, job.max_attempts + 1):
        wait_for_steps(job, attempt=attempt)
        worker.child().kill()
    wait_until_over([job])
    assert job.error == "It lost its worker 3 times; the last time, signal 9 killed it."
    assert steps_of(job) == list(range(1, job.done + 1))
