"""How fast workers take jobs from the line, beside the bare update that a claim cannot do without.

SCALE is how many jobs are over; a tenth as many wait, far more than a hub ever has.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from statistics import median

from tests.benchmarks.harness import Bar, hub, report, rows

CLAIMS = 300
ROUNDS = 5
ENOUGH = 50  # per second, on an idle machine; 38 to 42 were measured at load 12
# Of the bare update's rate. A claim is four round trips (begin, row, update, commit) where the update is one.
SHARE = 0.15


def fill(waiting: int, over: int) -> None:
    """Jobs that wait, and jobs that are over; counted, as a database that runs for a minute has counted them."""
    from django.conf import settings
    from django.db import connection

    from afsweb.core.models import Job, JobState

    for state, count in ((JobState.QUEUED, waiting), (JobState.SUCCEEDED, over)):
        Job.objects.bulk_create(
            (
                Job(kind="core.selftest", title="x", state=state, position=number, code_version=settings.VERSION)
                for number in range(count)
            ),
            batch_size=5_000,
        )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE core_job")


def rate(act: Callable[[], object], times: int) -> float:
    """How often per second `act` is done."""
    started_at = time.perf_counter()
    for _ in range(times):
        act()
    return times / (time.perf_counter() - started_at)


def measure() -> tuple[float, float]:
    """Claims and bare updates of one row per second, medians of turns about, so that both meet the same load."""
    from django.db import connection
    from django.db.models.functions import Now

    from afsweb.core.jobs.claim import claim
    from afsweb.core.models import Host, Job, JobState

    host = Host.objects.create(name="here")
    over = list(Job.objects.filter(state=JobState.SUCCEEDED).values_list("pk", flat=True)[:CLAIMS])
    rows_left = iter(over)
    claims, updates = [], []

    def update() -> None:
        Job.objects.filter(pk=next(rows_left)).update(heartbeat_at=Now())

    for _ in range(ROUNDS):
        claims.append(rate(lambda: claim(host, "w", ("default",)), CLAIMS // ROUNDS))
        updates.append(rate(update, CLAIMS // ROUNDS))
    connection.close()
    return median(claims), median(updates)


def main() -> None:
    with hub():
        fill(rows() // 10, rows())
        claims, updates = measure()
        bars = {
            "claims_per_s": Bar(round(claims, 1), at_least=ENOUGH),
            "claims_to_updates": Bar(round(claims / updates, 3), at_least=SHARE),
        }
        report("jobs.claim", {"claims_per_s": round(claims, 1), "updates_per_s": round(updates, 1)}, bars)


if __name__ == "__main__":
    main()
