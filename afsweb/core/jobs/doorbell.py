"""RQ's side of a worker: it shows itself in Redis, hears rings, and runs nothing that Redis says.

Whoever can write to Redis can name any function in a job of RQ's, with the JSON serializer too. So a ring may name one
function only, with a job's id as its one argument, and even that one is not called.
"""

from __future__ import annotations

import logging
import math
import time
import warnings
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.conf import settings
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry
from rq import Queue, SimpleWorker
from rq.exceptions import DeserializationError, NoSuchJobError
from rq.job import Job as RqJob
from rq.serializers import JSONSerializer
from rq.utils import as_text
from rq.worker import WorkerStatus
from rq.worker_registration import clean_worker_registry

from afsweb.core.jobs.attendance import KEPT
from afsweb.core.jobs.ring import answer_ring, bell

log = logging.getLogger(__name__)

THE_FUNCTION = f"{answer_ring.__module__}.{answer_ring.__qualname__}"
RQS_MINUTE = 60  # seconds that rq adds to `worker_ttl`, whenever it says how long a worker is remembered
SOCKET_PATIENCE = 5  # seconds beyond the longest wait for a ring; then Redis counts as gone


class RefusedRing(Exception):
    """Something else than a ring was in the queue."""


class Ring(RqJob):
    """RQ's job, narrowed to what a ring may say."""

    def restore(self, raw_data: Any) -> None:
        super().restore(raw_data)
        callbacks = (self._success_callback_name, self._failure_callback_name, self._stopped_callback_name)
        if not self._is_ring() or any(isinstance(name, str) and name for name in callbacks):
            raise RefusedRing(f"{self.id} is no ring")

    def _is_ring(self) -> bool:
        try:
            UUID(*self.args)
        except (DeserializationError, TypeError, ValueError, AttributeError):
            return False
        return self.func_name == THE_FUNCTION and self.instance is None and not self.kwargs


class Doorbell(SimpleWorker):
    """An RQ worker as far as Redis and django-rq's pages can see. Redis may come, go and forget at any time."""

    job_class = Ring

    def __init__(self, name: str, queues: Sequence[str]) -> None:
        bells = [bell(queue) for queue in queues]
        connection: Redis = bells[0].connection
        super().__init__(
            bells,
            name=name,
            connection=connection,
            serializer=JSONSerializer,
            queue_class=Queue,
            worker_ttl=KEPT - RQS_MINUTE,
        )
        connection.set_retry(Retry(NoBackoff(), 0))

    @property
    def connection_timeout(self) -> int:
        return math.ceil(settings.JOB_POLL) + SOCKET_PATIENCE

    def _set_ip_address(self, connection: Redis) -> None:
        # A machine that joined may not list the clients of Valkey; rq warns, and calls it unknown.
        with warnings.catch_warnings(action="ignore"):
            try:
                super()._set_ip_address(connection)
            except RedisError:
                self.ip_address = "unknown"

    def execute_job(self, job: RqJob, queue: Queue) -> None:
        """A ring is heard, never run."""
        raise RefusedRing(f"{job.id} of {queue.name} is not run here")

    def show(self, state: WorkerStatus) -> None:
        """Be seen in Redis with this state, also after Redis was flushed."""
        try:
            if not self.connection.exists(self.key):
                self.register_birth()  # type: ignore[no-untyped-call]
                for queue in self.queues:
                    clean_worker_registry(queue)  # of the names of those that were killed
            self.set_state(state)
            self.heartbeat()
        except RedisError as error:
            log.warning("Redis does not answer: %s", error)

    def leave(self) -> None:
        """Be gone from Redis."""
        try:
            self.register_death()  # type: ignore[no-untyped-call]
        except RedisError as error:
            log.warning("Redis does not answer: %s", error)

    def wait(self, seconds: float) -> bool:
        """Whether somebody rang one of the queues within `seconds`."""
        try:
            heard = self.connection.blpop(self.queue_keys(), timeout=seconds)
            if heard:
                self._take_away(as_text(heard[1]))
        except RedisError as error:
            log.warning("Redis does not answer: %s", error)
            time.sleep(seconds)
            return False
        return bool(heard)

    def _take_away(self, ring_id: str) -> None:
        try:
            Ring.fetch(ring_id, connection=self.connection, serializer=self.serializer)
        except NoSuchJobError:
            return  # a ring that was forgotten meanwhile
        except Exception as error:  # noqa: BLE001  it may hold anything at all, made to break its reader
            log.warning("refused a ring that is none (%s): %s", ring_id, error)
        self.connection.delete(Ring.key_for(ring_id))
