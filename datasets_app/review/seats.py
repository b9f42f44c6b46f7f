"""Seats: where several people judge each sample of a queue, who sits before which of them, and for how long."""

from __future__ import annotations

from collections.abc import Collection

from django.db import connection
from django.db.models import Count, Exists, IntegerField, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, Now
from django.db.models.lookups import LessThan

from afsweb.core.models import User
from datasets_app.models import ReviewQueue, Seat
from datasets_app.review.leases import LEASE_SECONDS

# The seat that a person has already, else the lowest free one; none for a text that the person has judged.
SIT = """
WITH wanted AS (SELECT unnest(%(versions)s::bigint[]) AS version_id),
known AS (SELECT * FROM datasets_seat WHERE queue_id = %(queue)s AND version_id = ANY(%(versions)s)),
choice AS (
    SELECT DISTINCT ON (wanted.version_id) wanted.version_id, place.number
    FROM wanted
    CROSS JOIN generate_series(0, %(overlap)s - 1) AS place (number)
    LEFT JOIN known ON known.version_id = wanted.version_id AND known.number = place.number
    WHERE (known.id IS NULL OR known.review_id IS NULL
           AND (known.reviewer_id = %(user)s OR known.until <= statement_timestamp()))
      AND NOT EXISTS (SELECT FROM known AS mine WHERE mine.version_id = wanted.version_id
                      AND mine.reviewer_id = %(user)s AND mine.review_id IS NOT NULL)
    ORDER BY wanted.version_id, known.reviewer_id IS NOT DISTINCT FROM %(user)s DESC, place.number)
INSERT INTO datasets_seat AS seat (queue_id, version_id, number, reviewer_id, until)
SELECT %(queue)s, version_id, number, %(user)s, statement_timestamp() + make_interval(secs => %(seconds)s) FROM choice
ON CONFLICT (version_id, queue_id, number) DO UPDATE SET reviewer_id = excluded.reviewer_id, until = excluded.until
WHERE seat.review_id IS NULL AND (seat.reviewer_id = excluded.reviewer_id OR seat.until <= statement_timestamp())
RETURNING version_id"""


def sit(user: User, queue_id: int, overlap: int, versions: Collection[int]) -> set[int]:
    """Seat `user` before each of `versions` where a seat of the `overlap` ones is free; returns those.

    One statement. Call it while holding a lock on the samples: then everyone who sat there before is seen.
    """
    asked = {"queue": queue_id, "overlap": overlap, "user": user.pk, "seconds": LEASE_SECONDS}
    with connection.cursor() as cursor:
        cursor.execute(SIT, asked | {"versions": list(versions)})
        return {row[0] for row in cursor.fetchall()}


def judged_by(user: User, queue: ReviewQueue) -> Exists:
    """The condition that `user` gave a judgement of a sample's current text in `queue`."""
    return Exists(_seats(queue).filter(reviewer=user, review__isnull=False))


def seats_are_left(user: User, queue: ReviewQueue) -> LessThan:
    """The condition that fewer than `overlap` others have judged a sample in `queue`, or sit before it now."""
    taken = _seats(queue).filter(Q(review__isnull=False) | Q(until__gt=Now()) & ~Q(reviewer=user))
    counted = Subquery(taken.order_by().values("version").annotate(n=Count("pk")).values("n"))
    return LessThan(Coalesce(counted, 0, output_field=IntegerField()), Value(queue.overlap))


def begun(*, but: ReviewQueue) -> Exists:
    """The condition that several people are judging a sample in another queue, which has it until they are done."""
    seats = Seat.objects.filter(
        Q(review__isnull=False) | Q(until__gt=Now()), version=OuterRef("current"), queue__is_archived=False
    )
    return Exists(seats.exclude(queue=but) if but.pk else seats)


def _seats(queue: ReviewQueue) -> QuerySet[Seat]:
    return Seat.objects.filter(version=OuterRef("current"), queue=queue)
