"""Stopping: a job that a person stops is over; a job whose worker stops goes on later, as if nothing had been."""

from __future__ import annotations

from afsweb.core.jobs import actions
from afsweb.core.jobs.actions import Actor
from afsweb.core.models import EventSource, Job, JobLog, JobState
from tests.acceptance.conftest import (
    Workers,
    assert_done_once,
    make_job,
    steps_of,
    wait_for,
    wait_for_steps,
    wait_until_over,
)

SOMEBODY = Actor(None, EventSource.CLI)


def wait_until_in_its_first_step(job: Job) -> None:
    wait_for(Job.objects.filter(pk=job.pk, state=JobState.LEASED, total__isnull=False).exists)


def test_person_stops_a_job(workers: Workers) -> None:
    workers.start()
    job, next_job = make_job(steps=1000), make_job(steps=3)
    wait_for_steps(job)
    actions.cancel(job, SOMEBODY)
    wait_until_over([job, next_job])
    assert job.state == JobState.CANCELLED
    assert steps_of(job) == list(range(1, job.done + 1))
    assert_done_once(next_job)


def test_job_that_does_not_stop_is_killed(workers: Workers) -> None:
    (worker,) = workers.start()
    job = make_job(pause=600)
    wait_until_in_its_first_step(job)
    child = worker.child()
    actions.cancel(job, SOMEBODY)
    wait_until_over([job])
    assert job.state == JobState.CANCELLED
    assert JobLog.objects.get(job=job).text == "It did not stop within 3 s: killed."
    assert not child.is_running()


def test_stopped_worker_puts_its_job_back(workers: Workers) -> None:
    (worker,) = workers.start()
    job = make_job()
    wait_for_steps(job)
    assert worker.ask_to_stop() < 5
    job.refresh_from_db()
    assert (job.state, job.attempt, job.lease) == (JobState.QUEUED, 0, None)
    workers.start()
    wait_until_over([job])
    assert_done_once(job)
    assert job.attempt == 1


def test_stopped_worker_kills_a_job_that_does_not_listen(workers: Workers) -> None:
    (worker,) = workers.start()
    job = make_job(pause=600)
    wait_until_in_its_first_step(job)
    child = worker.child()
    assert worker.ask_to_stop() < 5
    assert not child.is_running()
    job.refresh_from_db()
    assert (job.state, job.attempt) == (JobState.QUEUED, 0)


def test_idle_worker_stops_at_once(workers: Workers) -> None:
    (worker,) = workers.start()
    assert worker.ask_to_stop() < 5
