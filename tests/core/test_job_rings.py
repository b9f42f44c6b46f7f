"""The doorbell runs nothing: what somebody plants in Redis is refused, by the worker and by the pages alike."""

from __future__ import annotations

import json
import os
import pickle
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any
from uuid import uuid4

import django_rq
import pytest
from django.test import Client
from redis import Redis
from rq import Queue
from rq.job import Job as RqJob
from rq.worker import WorkerStatus

from afsweb.core.jobs.doorbell import Doorbell, RefusedRing, Ring
from afsweb.core.jobs.ring import bell, ring
from afsweb.core.models import Job, Role
from tests.conftest import ClientAs


@pytest.fixture
def redis() -> Generator[Redis]:
    connection = django_rq.get_connection()
    connection.flushall()
    yield connection
    connection.flushall()


@pytest.fixture
def doorbell(redis: Redis) -> Generator[Doorbell]:
    doorbell = Doorbell(f"test-{uuid4()}", ("default", "generate"))
    doorbell.show(WorkerStatus.IDLE)
    yield doorbell
    doorbell.leave()


class Payload:
    """What pickle runs when it is read."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Callable[[str], int], tuple[str]]:
        return os.system, (f"touch {self.path}",)


def plant(redis: Redis, data: bytes, **fields: str) -> str:
    """Write an RQ job by hand, as somebody with access to Redis would."""
    key = str(uuid4())
    row: Any = {"data": data, "created_at": "2026-01-01T00:00:00.000000Z", "origin": "default", "status": "queued"}
    redis.hset(RqJob.key_for(key), mapping=row | fields)
    redis.sadd("rq:queues", "rq:queue:default")
    redis.rpush("rq:queue:default", key)
    return key


def command(path: Path) -> bytes:
    return json.dumps(["os.system", None, [f"touch {path}"], {}]).encode()


def pickled(path: Path) -> bytes:
    return pickle.dumps(Payload(path))


def true_ring() -> bytes:
    return json.dumps(["afsweb.core.jobs.ring.answer_ring", None, [str(uuid4())], {}]).encode()


PLANTS: dict[str, Callable[[Redis, Path], str]] = {
    "a function by name": lambda redis, path: plant(redis, command(path)),
    "a pickle": lambda redis, path: plant(redis, pickled(path)),
    "a ring with a callback": lambda redis, path: plant(redis, true_ring(), failure_callback_name="os.system"),
}


@pytest.mark.parametrize("name", PLANTS)
def test_worker_refuses_and_forgets_it(doorbell: Doorbell, redis: Redis, tmp_path: Path, name: str) -> None:
    key = PLANTS[name](redis, tmp_path / "ran")
    with pytest.raises(RefusedRing):
        Ring.fetch(key, connection=redis, serializer=doorbell.serializer)
    assert doorbell.wait(1)
    assert not (tmp_path / "ran").exists()
    assert not redis.exists(RqJob.key_for(key))
    assert bell("default").is_empty()


@pytest.mark.parametrize("name", PLANTS)
def test_pages_show_it_and_run_nothing(redis: Redis, tmp_path: Path, client_as: ClientAs, name: str) -> None:
    key = PLANTS[name](redis, tmp_path / "ran")
    client: Client = client_as(Role.ADMIN)
    assert client.get(f"/django-rq/queues/0/{key}/").status_code == 200
    assert client.get("/django-rq/queues/0/").status_code == 200
    assert not (tmp_path / "ran").exists()


def test_ring_is_heard_once(doorbell: Doorbell, redis: Redis, job: Job) -> None:
    ring(job)
    assert doorbell.wait(1)
    assert not doorbell.wait(0.1)


def test_ring_is_never_run(doorbell: Doorbell, job: Job) -> None:
    ring(job)
    queue: Queue = bell("default")
    with pytest.raises(RefusedRing):
        doorbell.execute_job(queue.jobs[0], queue)


def test_ring_of_another_queue_is_not_heard(doorbell: Doorbell, job: Job) -> None:
    job.queue = "gpu"
    ring(job)
    assert not doorbell.wait(0.1)


def test_damaged_queue_stops_nobody(doorbell: Doorbell, redis: Redis) -> None:
    redis.set("rq:queue:default", "no list")
    assert not doorbell.wait(0.05)


def test_worker_shows_in_the_queue_pages(doorbell: Doorbell, client_as: ClientAs) -> None:
    page = client_as(Role.ADMIN).get("/django-rq/workers/0/").content.decode()
    assert doorbell.name in page


def test_worker_shows_again_after_a_flush(doorbell: Doorbell, redis: Redis, client_as: ClientAs) -> None:
    redis.flushall()
    doorbell.show(WorkerStatus.BUSY)
    page = client_as(Role.ADMIN).get("/django-rq/workers/0/").content.decode()
    assert doorbell.name in page and "default" in page


def test_worker_that_leaves_is_gone(doorbell: Doorbell, client_as: ClientAs) -> None:
    doorbell.leave()
    assert doorbell.name not in client_as(Role.ADMIN).get("/django-rq/workers/0/").content.decode()


@pytest.mark.parametrize("role", [Role.VIEWER, Role.REVIEWER, Role.TRAINER])
def test_queue_pages_are_for_admins(client_as: ClientAs, role: Role) -> None:
    assert client_as(role).get("/django-rq/").status_code == 403


def test_nothing_breaks_without_redis(monkeypatch: pytest.MonkeyPatch) -> None:
    from django_rq.settings import QUEUES

    monkeypatch.setitem(QUEUES["default"], "URL", "redis://127.0.0.1:1/0")
    doorbell = Doorbell("alone", ("default",))
    doorbell.show(WorkerStatus.IDLE)
    assert not doorbell.wait(0.05)
    doorbell.leave()
