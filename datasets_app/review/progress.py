"""Progress: what each person has done in a queue, and how long a decision took."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection

from datasets_app.models import PASSING, ReviewQueue
from datasets_app.review.repeats import Consistency, consistency

NEWEST = 10_000  # decisions of a queue that are looked at, so that its page costs the same however many there are


@dataclass(frozen=True)
class Progress:
    """One person's part in a queue: decisions, what was passed over, the median of seconds a decision took."""

    person: str
    decided: int
    passed: int
    seconds: float | None
    consistency: Consistency | None


def progress(queue: ReviewQueue) -> list[Progress]:
    """Everybody's part in `queue`, the busiest first: of its newest decisions, NEWEST at most; repeats do not count."""
    alike = consistency(queue)
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT person.id, person.username,
                      count(*) FILTER (WHERE NOT decision = ANY (%(passing)s)),
                      count(*) FILTER (WHERE decision = ANY (%(passing)s)),
                      percentile_cont(0.5) WITHIN GROUP (ORDER BY seconds)
               FROM (SELECT reviewer_id, decision, seconds FROM datasets_review
                     WHERE queue_id = %(queue)s AND undone_at IS NULL AND repeat_of_id IS NULL
                     ORDER BY id DESC LIMIT %(newest)s) AS taken
               JOIN core_user AS person ON person.id = taken.reviewer_id
               GROUP BY person.id, person.username ORDER BY 3 DESC, 2""",
            {"queue": queue.pk, "passing": [decision.value for decision in PASSING], "newest": NEWEST},
        )
        rows = cursor.fetchall()
    return [Progress(name, decided, passed, seconds, alike.get(pk)) for pk, name, decided, passed, seconds in rows]
