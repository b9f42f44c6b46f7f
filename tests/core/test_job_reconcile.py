"""Putting right what the lost left behind: leases that ran out, rings that nobody heard."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import django_rq
import pytest
from django.conf import settings
from django.db import connection, connections, transaction
from django.db.models.functions import Now
from pytest_django import DjangoAssertNumQueries

from afsweb.core.jobs.context import JobContext
from afsweb.core.jobs.reconcile import LOCK, expire_leases, reconcile
from afsweb.core.jobs.ring import bell
from afsweb.core.models import Host, Job, JobLog, JobState
from tests.core.conftest import lease, make_host, make_job, state_of


def silence(job: Job, seconds: float, **changes: object) -> None:
    Job.objects.filter(pk=job.pk).update(heartbeat_at=Now() - timedelta(seconds=seconds), **changes)


def test_silent_job_goes_back_to_the_line(ctx: JobContext) -> None:
    silence(ctx.job, settings.JOB_LEASE + 1, done=2)
    assert reconcile()
    ctx.job.refresh_from_db()
    assert (ctx.job.state, ctx.job.lease, ctx.job.host, ctx.job.done) == (JobState.QUEUED, None, None, 2)
    assert "nothing was heard of a-worker" in JobLog.objects.get().text


def test_job_that_beats_goes_on(ctx: JobContext) -> None:
    silence(ctx.job, settings.JOB_LEASE - 5)
    assert reconcile()
    assert state_of(ctx.job) == JobState.LEASED


def test_attempts_run_out(ctx: JobContext) -> None:
    silence(ctx.job, settings.JOB_LEASE + 1, attempt=3)
    reconcile()
    ctx.job.refresh_from_db()
    assert ctx.job.state == JobState.FAILED
    assert ctx.job.error.startswith("It lost its worker 3 times; the last time, nothing was heard of a-worker")


def test_lost_job_that_was_asked_to_stop_is_cancelled(ctx: JobContext) -> None:
    silence(ctx.job, settings.JOB_LEASE + 1, stop_requested_at=Now())
    reconcile()
    assert state_of(ctx.job) == JobState.CANCELLED


def test_lost_job_frees_its_gpu_slot(host: Host) -> None:
    job = make_job(needs_gpu_slot=True)
    assert job.take_lease(host, "a-worker", 0)
    silence(job, settings.JOB_LEASE + 1)
    reconcile()
    job.refresh_from_db()
    assert job.gpu_slot is None


def expire_in_another_connection() -> int:
    def expire() -> int:
        try:
            with transaction.atomic():
                return expire_leases()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(expire).result()


@pytest.mark.django_db(transaction=True)
def test_job_that_is_just_writing_is_alive() -> None:
    job = make_job()
    ctx = JobContext(job, lease(job, make_host("here")))
    silence(job, settings.JOB_LEASE + 1)
    with ctx.fenced():
        assert expire_in_another_connection() == 0
    assert expire_in_another_connection() == 1


@pytest.mark.django_db(transaction=True)
def test_one_at_a_time() -> None:
    other = connections.create_connection("default")
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        assert reconcile() is False
        with other.cursor() as cursor:  # or the pool would keep the connection, and the lock
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
    finally:
        other.close()
    assert reconcile() is True


def test_waiting_job_is_rung_for_again(db: None) -> None:
    django_rq.get_connection().flushall()
    make_job(created_at=Now() - timedelta(minutes=5))
    reconcile()
    reconcile()
    assert bell("default").count == 1


def test_job_that_just_came_or_waits_for_its_time_is_not(db: None) -> None:
    django_rq.get_connection().flushall()
    make_job()
    make_job(created_at=Now() - timedelta(minutes=5), not_before=Now() + timedelta(hours=1))
    reconcile()
    assert bell("default").count == 0


def test_reconcile_of_nothing_is_cheap(db: None, django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_max_num_queries(8):  # begin, lock, leases, low disks, deliveries, commit, due, waiting
        reconcile()
