"""Putting a job in the line: its row in the caller's transaction, its ring after the commit."""

from __future__ import annotations

from datetime import timedelta

import django_rq
import pytest
from django.db import transaction
from django.db.models.functions import Now

from afsweb.core.jobs.enqueue import enqueue
from afsweb.core.jobs.registry import job as kind
from afsweb.core.jobs.ring import bell
from afsweb.core.models import Host, Job, JobState, User
from tests.core.conftest import make_job


@pytest.fixture(autouse=True)
def no_rings() -> None:
    django_rq.get_connection().flushall()


def test_row_holds_what_was_asked(host: Host, trainer: User) -> None:
    job = enqueue(
        "core.selftest", {"steps": 1, "pause": 0}, title="x" * 300, by=trainer, about=("show_host", host), host=host
    )
    job = Job.objects.get(pk=job.pk)
    assert (job.state, job.queue, job.created_by, job.pinned_host) == (JobState.QUEUED, "default", trainer, host)
    assert len(job.title) == 200
    assert job.about_url == host.get_absolute_url()


def test_first_come_first_in_line(db: None) -> None:
    positions = [make_job().position for _ in range(3)]
    assert positions == sorted(set(positions))


def test_position_is_the_database_clock(db: None) -> None:
    job = make_job()
    assert Job.objects.filter(pk=job.pk, created_at__gte=Now() - timedelta(minutes=1)).exists()
    assert abs(job.position / 1e6 - Job.objects.get(pk=job.pk).created_at.timestamp()) < 1


def test_unknown_kind_is_refused(db: None) -> None:
    with pytest.raises(KeyError, match=r"no job of the kind “core\.nothing”"):
        enqueue("core.nothing", {}, title="nothing")
    assert not Job.objects.exists()


def test_kind_of_an_unknown_queue_is_refused() -> None:
    with pytest.raises(ValueError, match="names the queue fast"):
        kind("tests.fast", queue="fast")


@pytest.mark.django_db(transaction=True)
def test_ring_follows_the_commit() -> None:
    with transaction.atomic():
        make_job()
        assert bell("default").is_empty()
    assert not bell("default").is_empty()


@pytest.mark.django_db(transaction=True)
def test_rollback_leaves_neither_row_nor_ring() -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        make_job()
        raise RuntimeError("the caller changes its mind")
    assert not Job.objects.exists()
    assert bell("default").is_empty()


@pytest.mark.django_db(transaction=True)
def test_without_redis_the_job_still_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    from django_rq.settings import QUEUES

    monkeypatch.setitem(QUEUES["default"], "URL", "redis://127.0.0.1:1/0")
    assert make_job().state == JobState.QUEUED
