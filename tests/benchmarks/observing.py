"""What it costs to be watched: /metrics with a long history of jobs, errors and deliveries beside one without.

SCALE is how many jobs are over.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta

from tests.benchmarks.harness import Bar, hub, report, rows
from tests.benchmarks.jobs import fill

ROUNDS = 31
MOST = 1.5  # times the cost without a history
WEEK = timedelta(days=7)


def seconds(act: Callable[[], object]) -> float:
    """The least of some rounds: what it costs while nobody else takes the machine."""
    taken = []
    for _ in range(ROUNDS):
        started_at = time.perf_counter()
        act()
        taken.append(time.perf_counter() - started_at)
    return min(taken)


def add_history(count: int) -> None:
    """Jobs that are over for a week, each with a notification that was delivered."""
    from django.db import connection
    from django.db.models.functions import Now

    from afsweb.core.models import Channel, ChannelKind, Job, JobState, User

    fill(0, count)
    Job.objects.filter(state=JobState.SUCCEEDED).update(created_at=Now() - WEEK)
    person = User.objects.create(username="somebody")
    channel = Channel.objects.create(person=person, kind=ChannelKind.EMAIL, name="e-mail")
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH told AS (INSERT INTO core_notification (person_id, text, link)"
            " SELECT %s, 'Look.', '/' FROM generate_series(1, %s) RETURNING id)"
            " INSERT INTO core_delivery (uuid, notification_id, channel_id, state, is_test, tries, last_error)"
            " SELECT gen_random_uuid(), id, %s, 'sent', false, 1, '' FROM told",
            [person.pk, count, channel.pk],
        )
        for table in ("core_job", "core_notification", "core_delivery"):
            cursor.execute(f"VACUUM ANALYZE {table}")


def main() -> None:
    with hub():
        from django.db import connection

        from afsweb.core.notifications.queueing import call_deliverer_if_due
        from afsweb.observability.metrics import exposition

        fill(200, 0)
        before = seconds(exposition), seconds(call_deliverer_if_due)
        add_history(rows())
        after = seconds(exposition), seconds(call_deliverer_if_due)
        connection.close()
        bars = {
            "metrics_to_those_without_history": Bar(round(after[0] / before[0], 2), at_most=MOST),
            "rounds_to_those_without_history": Bar(round(after[1] / before[1], 2), at_most=MOST),
        }
        figures = {"metrics_ms": round(after[0] * 1000, 1), "rounds_ms": round(after[1] * 1000, 1)}
        report("observing", figures, bars)


if __name__ == "__main__":
    main()
