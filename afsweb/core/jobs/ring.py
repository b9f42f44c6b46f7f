"""The doorbell: it says "look", nothing more. Losing a ring loses nothing, workers also look by themselves."""

from __future__ import annotations

import logging

import django_rq
from redis.exceptions import RedisError

from afsweb.core.models import Job

log = logging.getLogger(__name__)


def ring(job: Job) -> None:
    """Ring the job's queue. Never raises: a worker that hears nothing looks within `JOB_POLL` seconds."""
    try:
        django_rq.get_queue(job.queue).enqueue(answer_ring, str(job.pk), result_ttl=0, failure_ttl=60)
    except RedisError as error:
        log.warning("could not ring %s for job %s: %s", job.queue, job.pk, error)


def answer_ring(job_id: str) -> None:
    """The one function that a ring may name; the worker hears the ring and claims from Postgres itself."""
