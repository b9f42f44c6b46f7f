"""What an upgrade does to workers, in SQL that fits the tables of every released version."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator

import psycopg
import pytest
from django.db.models.functions import Now
from psycopg.conninfo import make_conninfo

from afsweb.backup.database import Connection
from afsweb.core.backups.keeping import conninfo
from afsweb.core.models import Call, CallState, Endpoint, Host, HostState, Job, JobState, Provider
from afsweb.upgrade.workers import activate, drain, end_sessions, put_back_jobs, wait_for_jobs


@pytest.fixture
def other(transactional_db: None) -> Iterator[Connection]:
    """The upgrade's own connection."""
    with psycopg.connect(conninfo(), autocommit=True) as connection:
        yield connection


@pytest.fixture
def host(transactional_db: None) -> Host:
    return Host.objects.create(name="here")


def running_job(host: Host, **facts: object) -> Job:
    job = Job.objects.create(kind="core.selftest", title="x", **facts)
    assert job.take_lease(host, "a worker", None)
    job.refresh_from_db()
    return job


def test_only_what_it_drained_is_activated_again(other: Connection, host: Host) -> None:
    Host.objects.create(name="draining", state=HostState.DRAINING)
    Host.objects.create(name="revoked", state=HostState.REVOKED)
    drained = drain(other)
    assert drained == [host.pk]
    assert not Host.objects.filter(state=HostState.ACTIVE).exists()
    activate(other, drained)
    states = dict(Host.objects.values_list("name", "state"))
    assert states == {"here": "active", "draining": "draining", "revoked": "revoked"}


def test_one_that_was_revoked_meanwhile_stays_so(other: Connection, host: Host) -> None:
    drained = drain(other)
    Host.objects.update(state=HostState.REVOKED)
    activate(other, drained)
    assert Host.objects.get().state == HostState.REVOKED


def test_it_waits_until_the_running_jobs_are_over(other: Connection, host: Host) -> None:
    job = running_job(host)
    said: list[str] = []

    def say(text: str) -> None:
        said.append(text)
        assert job.lease
        job.end_lease(job.lease, JobState.SUCCEEDED)

    wait_for_jobs(other, 60, say)
    assert said == ["waiting up to 60 s for 1 running job"]


def test_it_does_not_wait_longer_than_told_nor_for_the_lost(other: Connection, host: Host) -> None:
    running_job(host)
    waiting = threading.Thread(target=wait_for_jobs, args=(other, 0, lambda _: None))
    waiting.start()
    waiting.join(30)
    assert not waiting.is_alive()
    Job.objects.update(heartbeat_at="2020-01-01T00:00:00Z")
    wait_for_jobs(other, 3600, pytest.fail)


def test_what_still_runs_is_put_back_and_its_worker_has_lost_it(other: Connection, host: Host) -> None:
    job = running_job(host)
    endpoint = Endpoint.objects.create(name="e", provider=Provider.GEMINI, model="m")
    Call.objects.create(endpoint=endpoint, purpose="p", key="k", request_sha256="", job=job, state=CallState.SENT)
    lease = job.lease
    assert lease
    put_back_jobs(other)
    job = Job.objects.get()
    assert (job.state, job.attempt, job.host, job.lease) == (JobState.QUEUED, 0, None, None)
    assert not job.beat(lease)
    assert Call.objects.get().state == CallState.UNKNOWN


def test_one_that_was_asked_to_stop_is_cancelled(other: Connection, host: Host) -> None:
    job = running_job(host)
    Job.objects.filter(pk=job.pk).update(stop_requested_at=Now())
    put_back_jobs(other)
    job.refresh_from_db()
    assert job.state == JobState.CANCELLED and job.finished_at


def test_other_sessions_are_ended_and_no_other_databases() -> None:
    url = os.environ["DATABASE_URL"]  # which these tests do not use: theirs is called test_...
    with (
        psycopg.connect(url, autocommit=True) as upgrade,
        psycopg.connect(url, autocommit=True) as old,
        psycopg.connect(make_conninfo(url, dbname="postgres"), autocommit=True) as elsewhere,
    ):
        end_sessions(upgrade)
        with pytest.raises(psycopg.OperationalError):
            old.execute("SELECT 1")
        assert upgrade.execute("SELECT 1").fetchone() == elsewhere.execute("SELECT 1").fetchone() == (1,)
