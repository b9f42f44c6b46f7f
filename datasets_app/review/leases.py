"""Leases: a sample that a person has on the screen is nobody else's, for five minutes that the page renews."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Q
from django.db.models.functions import Now

from afsweb.core.models import User
from datasets_app.models import Sample

LEASE = timedelta(minutes=5)
LEASE_SECONDS = LEASE.total_seconds()


def lease(user: User) -> dict[str, Any]:
    """The columns that lease a sample to `user` from now on, by the database's clock."""
    return {"leased_to": user, "leased_until": Now() + LEASE}


def is_free_for(user: User) -> Q:
    """The condition that nobody else has a sample on the screen."""
    return Q(leased_until__isnull=True) | Q(leased_until__lte=Now()) | Q(leased_to=user)


def claim_one(sample: Sample, user: User) -> bool:
    """Lease this very sample to `user`; False while another person holds it."""
    return bool(Sample.objects.filter(is_free_for(user), pk=sample.pk).update(**lease(user)))


def renew(user: User, held: Iterable[UUID]) -> set[UUID]:
    """Lengthen the leases and seats of the samples that a page holds; returns those that are still this person's.

    It waits for nobody: a row that is locked is being decided or compared just now, and is left out.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """WITH asked AS (SELECT id, uuid, current_id FROM datasets_sample WHERE uuid = ANY(%(held)s)),
               mine AS MATERIALIZED (
                   SELECT id FROM datasets_sample WHERE id IN (SELECT id FROM asked) AND leased_to_id = %(user)s
                   FOR UPDATE SKIP LOCKED),
               seats AS MATERIALIZED (
                   SELECT id FROM datasets_seat WHERE version_id IN (SELECT current_id FROM asked)
                   AND reviewer_id = %(user)s AND review_id IS NULL FOR UPDATE SKIP LOCKED),
               leased AS (
                   UPDATE datasets_sample SET leased_until = statement_timestamp() + make_interval(secs => %(seconds)s)
                   FROM mine WHERE datasets_sample.id = mine.id RETURNING uuid),
               seated AS (
                   UPDATE datasets_seat SET until = statement_timestamp() + make_interval(secs => %(seconds)s)
                   FROM seats WHERE datasets_seat.id = seats.id RETURNING version_id)
               SELECT uuid FROM leased UNION SELECT uuid FROM asked JOIN seated ON version_id = current_id""",
            {"held": list(held), "user": user.pk, "seconds": LEASE_SECONDS},
        )
        return {row[0] for row in cursor.fetchall()}
