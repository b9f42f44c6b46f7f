"""The doorbell: it says "look", nothing more. Losing a ring loses nothing, workers also look by themselves."""

from __future__ import annotations

import logging

import django_rq
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry
from rq import Queue

from afsweb.core.models import Job

log = logging.getLogger(__name__)

# Seconds until an unheard ring is forgotten: workers have long looked by themselves.
RING_TTL = 300


def bell(queue: str) -> Queue:
    """RQ's queue of that name, which takes a ring at once. Who rings waits for nobody, so it tries to connect once."""
    found = django_rq.get_queue(queue, commit_mode="auto")
    found.connection.set_retry(Retry(NoBackoff(), 0))
    return found


def ring(job: Job) -> None:
    """Ring the job's queue. Never raises: a worker that hears nothing looks within `JOB_POLL` seconds."""
    try:
        bell(job.queue).enqueue(answer_ring, str(job.pk), ttl=RING_TTL, result_ttl=0, failure_ttl=RING_TTL)
    except RedisError as error:
        log.warning("could not ring %s for job %s: %s", job.queue, job.pk, error)


def ring_again(job: Job) -> None:
    """Ring for a job that still waits, unless a ring of its queue waits to be heard already."""
    try:
        if bell(job.queue).is_empty():
            ring(job)
    except RedisError as error:
        log.warning("could not look at the rings of %s: %s", job.queue, error)


def answer_ring(job_id: str) -> None:
    """The one function that a ring may name. It is never called: the worker hears the ring and claims from Postgres."""
