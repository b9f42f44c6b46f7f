"""Changing many samples in one statement, with a line of history for each of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet

from afsweb.core.models import EventSource, User
from datasets_app.models import STANDING, Sample
from datasets_app.review.changes import facet_sql


@dataclass(frozen=True)
class Line:
    """What the lines have in common. The action itself has a line of its own with the same batch."""

    verb: str
    actor: User | None
    source: EventSource
    batch: UUID


def change_samples(samples: QuerySet[Sample], columns: Mapping[str, Any], line: Line) -> int:
    """Set `columns` of `samples`, free their leases, and say so in history; in a transaction. Returns how many."""
    ids, params = samples.order_by().values("pk").query.sql_with_params()
    sets = ", ".join(f"{column} = %s" for column in columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f"""WITH old AS MATERIALIZED (
                    SELECT s.id, {facet_sql(STANDING, "s")} AS before FROM datasets_sample AS s
                    WHERE s.id IN ({ids}) ORDER BY s.id FOR NO KEY UPDATE),
                changed AS (
                    UPDATE datasets_sample AS s
                    SET {sets}, revision = s.revision + 1, leased_to_id = NULL, leased_until = NULL
                    FROM old WHERE s.id = old.id RETURNING s.id, old.before, {facet_sql(STANDING, "s")} AS after)
                {INSERT} SELECT statement_timestamp(), %s, %s, %s, %s, id, before, after, '', %s, true FROM changed""",
            [*params, *columns.values(), *_shared(line)],
        )
        return int(cursor.rowcount)


def record_deletion(samples: QuerySet[Sample], line: Line) -> None:
    """Say of each of `samples` that it is deleted, and what it was; in the transaction that deletes them."""
    ids, params = samples.order_by().values("pk").query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(
            f"""{INSERT}
                SELECT statement_timestamp(), %s, %s, %s, %s, s.id, {facet_sql(STANDING, "s")}, '{{}}', '', %s, true
                FROM datasets_sample AS s WHERE s.id IN ({ids})""",
            [*_shared(line), *params],
        )


INSERT = """INSERT INTO core_event
    (at, actor_id, source, verb, object_type, object_id, before, after, reason, batch, is_part)"""


def _shared(line: Line) -> tuple[Any, ...]:
    actor = line.actor.pk if line.actor else None
    return actor, line.source, line.verb, Sample._meta.label_lower, line.batch
