"""Which job a worker takes next, and which it leaves alone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.conf import settings
from django.db.models.functions import Now
from pytest_django import DjangoAssertNumQueries

from afsweb.core.jobs.actions import Actor, pin
from afsweb.core.jobs.claim import claim
from afsweb.core.jobs.errors import OnlyOnHub
from afsweb.core.models import Host, HostState, Job, JobState
from tests.core.conftest import make_host, make_job, state_of

QUEUES = ("default", "generate")


def taken(host: Host) -> Job | None:
    found = claim(host, "a-worker", QUEUES)
    return found.job if found else None


def test_takes_by_priority_then_by_position(host: Host) -> None:
    third, first, second = make_job(), make_job(priority=5), make_job(priority=5)
    assert [taken(host), taken(host), taken(host)] == [first, second, third]


def test_taking_leases(host: Host, job: Job) -> None:
    found = claim(host, "a-worker", QUEUES)
    assert found is not None
    job.refresh_from_db()
    assert (job.state, job.lease, job.host, job.worker) == (JobState.LEASED, found.lease, host, "a-worker")
    assert (job.attempt, job.heartbeat_at is not None, job.started_at is not None) == (1, True, True)


def test_empty_line_gives_nothing(host: Host) -> None:
    assert claim(host, "a-worker", QUEUES) is None


def test_running_job_is_not_taken_again(host: Host, job: Job) -> None:
    assert taken(host) == job
    assert taken(host) is None


@pytest.mark.parametrize("state", JobState.final())
def test_finished_job_is_not_taken(host: Host, state: JobState) -> None:
    make_job(state=state)
    assert taken(host) is None


def test_other_queue_is_left_alone(host: Host) -> None:
    make_job(queue="gpu")
    assert taken(host) is None


def test_job_of_another_time_waits(host: Host) -> None:
    make_job(not_before=Now() + timedelta(hours=1))
    assert taken(host) is None


def test_job_whose_time_has_come_is_taken(host: Host) -> None:
    job = make_job(not_before=Now() - timedelta(seconds=1))
    assert taken(host) == job


def test_job_of_another_version_waits(host: Host) -> None:
    make_job(code_version=settings.VERSION + ".1")
    assert taken(host) is None


def test_job_of_any_version_is_taken(host: Host) -> None:
    job = make_job(code_version="")
    assert taken(host) == job


def test_pinned_job_waits_for_its_host(host: Host) -> None:
    there = make_host("there")
    job = make_job(pinned_host=there)
    assert taken(host) is None
    assert taken(there) == job


@pytest.mark.parametrize("state", [HostState.DRAINING, HostState.REVOKED])
def test_host_that_may_not_takes_nothing(host: Host, job: Job, state: HostState) -> None:
    Host.objects.filter(pk=host.pk).update(state=state)
    assert taken(host) is None
    assert state_of(job) == JobState.QUEUED


def test_claim_costs_few_queries(host: Host, job: Job, django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_max_num_queries(4):  # begin, the row, the update, commit
        claim(host, "a-worker", QUEUES)


def test_a_job_on_files_of_the_hub_is_left_to_the_hub(host: Host) -> None:
    job = make_job(on_hub=True)
    studio = make_host("studio")
    Host.objects.filter(pk=studio.pk).update(joined_at=Now())
    studio.refresh_from_db()
    assert taken(studio) is None
    with pytest.raises(OnlyOnHub, match="leave it to the hub"):
        pin(job, studio, Actor(None))
    pin(job, host, Actor(None))
    assert taken(host) == job
