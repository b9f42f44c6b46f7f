"""Which workers a machine has, and which of them have gone quiet: what pages say, from what workers show in Redis.

A worker renews its key's life at each of its rounds, so what is left of it tells for how long nothing was heard, by
Redis's clock alone. Anybody who may ring may write there: it is shown, and nothing is decided by it.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice

from django.conf import settings
from redis import Redis
from redis.exceptions import RedisError
from rq import Worker as RqWorker
from rq.utils import as_text

from afsweb.core.jobs.hosts import MISSED_ROUNDS
from afsweb.core.jobs.ring import bell

log = logging.getLogger(__name__)

KEPT = 1800  # seconds for which a worker is remembered that shows up no more
MOST = 500  # workers that are looked at


@dataclass(frozen=True)
class Attendance:
    """One worker: its label among those of its machine, and since when nothing was heard of it."""

    label: str
    silence: timedelta

    @property
    def is_lost(self) -> bool:
        return self.silence > timedelta(seconds=MISSED_ROUNDS * settings.JOB_RECONCILE)


def attendance(hosts: Collection[str]) -> dict[str, list[Attendance]]:
    """The workers of each of `hosts`, by label; none where Redis does not answer.

    One that left by itself is not among them, nor one that was lost and started again.
    """
    found = defaultdict(list)
    for name, silence in _shown():
        host = max((host for host in hosts if name.startswith(f"{host[:50]}-")), key=len, default=None)
        if host is not None:
            label = name.removeprefix(f"{host[:50]}-").rsplit("-", 2)[0]
            found[host].append(Attendance(label, silence))
    return {host: _without_replaced(workers) for host, workers in found.items()}


def _without_replaced(workers: Iterable[Attendance]) -> list[Attendance]:
    by_label = defaultdict(list)
    for worker in sorted(workers, key=lambda worker: (worker.label, worker.silence)):
        by_label[worker.label].append(worker)
    return [one for same in by_label.values() for one in ([w for w in same if not w.is_lost] or same[:1])]


def _shown() -> list[tuple[str, timedelta]]:
    """The name of each worker that Redis remembers, and since when nothing was heard of it."""
    redis: Redis = bell(settings.QUEUES[0]).connection
    try:
        keys = list(islice(redis.sscan_iter(RqWorker.redis_workers_keys), MOST))
        with redis.pipeline(transaction=False) as asked:
            for key in keys:
                asked.pttl(key)
            left = asked.execute()
    except RedisError as error:
        log.warning("Redis does not say which workers there are: %s", error)
        return []
    names = [as_text(key).removeprefix(RqWorker.redis_worker_namespace_prefix) for key in keys]
    return [(name, timedelta(seconds=KEPT, milliseconds=-ms)) for name, ms in zip(names, left, strict=True) if ms > 0]
