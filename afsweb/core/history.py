"""Writing history: one line per change, in the transaction of the change."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import Model, QuerySet

from afsweb.core.models import Event, EventSource, User

EMPTIED = {"purged": True}


def record(
    verb: str,
    row: Model,
    *,
    actor: User | None,
    source: EventSource,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    reason: str = "",
    batch: UUID | None = None,
    job_id: UUID | None = None,
    undoes: Event | None = None,
) -> Event:
    """Append one line of history about `row`. Call it inside the transaction that makes the change."""
    return Event.objects.create(
        actor=actor,
        source=source,
        verb=verb,
        object_type=row._meta.label_lower,
        object_id=_object_id(row),
        before=before or {},
        after=after or {},
        reason=reason[:300],
        batch=batch,
        job_id=row.pk if isinstance(row.pk, UUID) else job_id,
        undoes=undoes,
    )


def history_of(row: Model) -> QuerySet[Event]:
    """The lines about `row`, newest first."""
    lines = Event.objects.filter(object_type=row._meta.label_lower, object_id=_object_id(row))
    if isinstance(row.pk, UUID):
        lines = lines.filter(job_id=row.pk)
    return lines.select_related("actor").order_by("-pk")


def empty_lines(lines: QuerySet[Event]) -> int:
    """Take from these lines what they quote, for a purge; who did what, and when, stays. Returns how many.

    The one change that the trigger of the table lets through (core migration 0008).
    """
    return lines.update(before=EMPTIED, after=EMPTIED, reason="")


def _object_id(row: Model) -> int:
    """A job's key is a uuid: its upper 63 bits fit the column, and `job_id` has the whole."""
    key: int | UUID = row.pk
    return key.int >> 65 if isinstance(key, UUID) else key
