"""The Hosts page names the workers of each machine, and says which of them have gone quiet."""

from __future__ import annotations

import re
from collections.abc import Generator
from datetime import timedelta

import django_rq
import pytest
from django.conf import settings as project
from django.test import Client
from redis import Redis
from rq.worker import WorkerStatus

from afsweb.core.jobs.attendance import KEPT, MOST, attendance
from afsweb.core.jobs.worker import Worker
from afsweb.core.models import Host, Role
from tests.conftest import ClientAs
from tests.core.conftest import make_host

pytestmark = pytest.mark.django_db


@pytest.fixture
def redis() -> Generator[Redis]:
    connection = django_rq.get_connection()
    connection.flushall()
    yield connection
    connection.flushall()


@pytest.fixture
def studio(redis: Redis) -> Host:
    return make_host("studio")


def appear(host: str, label: str) -> Worker:
    """A worker that shows up, as each does at its rounds."""
    worker = Worker(host, ["default"], label)
    worker.doorbell.show(WorkerStatus.IDLE)
    return worker


def fall_silent(redis: Redis, worker: Worker, seconds: float) -> None:
    """Let so much time pass in which it does not show up."""
    redis.pexpire(worker.doorbell.key, int((KEPT - seconds) * 1000))


def told(host: str) -> dict[str, bool]:
    """Which workers of the host are lost."""
    return {one.label: one.is_lost for one in attendance([host]).get(host, [])}


def words(client: Client, url: str) -> str:
    return " ".join(re.sub("<[^>]*>", " ", client.get(url).content.decode()).split())


def test_workers_are_told_by_their_labels(studio: Host) -> None:
    appear("studio", "gpu")
    appear("studio", "worker-short")
    appear("attic", "gpu")
    assert told("studio") == {"gpu": False, "worker-short": False}


def test_one_that_misses_its_rounds_is_lost(studio: Host, redis: Redis) -> None:
    worker = appear("studio", "gpu")
    fall_silent(redis, worker, 3 * project.JOB_RECONCILE - 2)
    assert told("studio") == {"gpu": False}
    fall_silent(redis, worker, 3 * project.JOB_RECONCILE + 2)
    assert told("studio") == {"gpu": True}
    (one,) = attendance(["studio"])["studio"]
    assert one.silence == pytest.approx(timedelta(seconds=47), abs=timedelta(seconds=1))
    worker.doorbell.show(WorkerStatus.BUSY)
    assert told("studio") == {"gpu": False}


def test_one_that_left_or_was_started_again_is_not_lost(studio: Host, redis: Redis) -> None:
    appear("studio", "gone").doorbell.leave()
    fall_silent(redis, appear("studio", "gpu"), 100)
    fall_silent(redis, appear("studio", "gpu"), 50)
    assert told("studio") == {"gpu": True}  # once, though it died twice
    appear("studio", "gpu")
    assert told("studio") == {"gpu": False}


def test_a_name_that_another_begins_with_is_not_mixed_up(studio: Host) -> None:
    make_host("studio-2")
    appear("studio", "a")
    appear("studio-2", "b")
    found = attendance(["studio", "studio-2"])
    assert {host: [one.label for one in workers] for host, workers in found.items()} == {
        "studio": ["a"],
        "studio-2": ["b"],
    }


def test_pages_say_it(studio: Host, redis: Redis, client_as: ClientAs) -> None:
    appear("studio", "rest")
    fall_silent(redis, appear("studio", "gpu"), 90)
    viewer = client_as(Role.VIEWER)
    for url in ("/hosts/", studio.get_absolute_url()):
        assert re.search(r" gpu lost 1 min 3\d s ago rest ", words(viewer, url))


def test_without_redis_the_pages_come_all_the_same(studio: Host, client_as: ClientAs) -> None:
    appear("studio", "gpu")
    viewer = client_as(Role.VIEWER)
    away = {**project.RQ_QUEUES["default"], "URL": "redis://127.0.0.1:1/0"}
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(project.RQ_QUEUES, "default", away)
        page = words(viewer, "/hosts/")
    assert "studio" in page and " gpu " not in page
    assert " gpu " in words(viewer, "/hosts/")


def test_names_of_the_long_dead_do_not_hide_the_living(studio: Host, redis: Redis) -> None:
    redis.sadd("rq:workers", *(f"rq:worker:studio-dead-{number}-00000000" for number in range(MOST + 100)))
    redis.sadd("rq:workers:default", *(f"rq:worker:studio-dead-{number}-00000000" for number in range(MOST + 100)))
    appear("studio", "gpu")
    assert told("studio") == {"gpu": False}
    assert redis.scard("rq:workers") == 1
