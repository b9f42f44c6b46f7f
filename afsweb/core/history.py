"""Writing history: one line per change, in the transaction of the change."""

from __future__ import annotations

from typing import Any, NotRequired, TypedDict, Unpack
from uuid import UUID

from django.db.models import Model, QuerySet

from afsweb.core.models import Event, EventSource, User

EMPTIED = {"purged": True}


class Told(TypedDict):
    """What a line of history says beside its verb and its row."""

    actor: User | None
    source: EventSource
    before: NotRequired[dict[str, Any] | None]
    after: NotRequired[dict[str, Any] | None]
    reason: NotRequired[str]
    batch: NotRequired[UUID | None]
    job_id: NotRequired[UUID | None]
    undoes: NotRequired[Event | None]


def record(verb: str, row: Model, **told: Unpack[Told]) -> Event:
    """Append one line of history about `row`. Call it inside the transaction that makes the change."""
    line = line_about(verb, row, **told)
    line.save(force_insert=True)
    return line


def line_about(verb: str, row: Model, **told: Unpack[Told]) -> Event:
    """The line that `record` appends, for a caller who saves several together."""
    told["before"], told["after"] = told.get("before") or {}, told.get("after") or {}
    told["reason"] = told.get("reason", "")[:300]
    if isinstance(row.pk, UUID):
        told["job_id"] = row.pk
    return Event(verb=verb, object_type=row._meta.label_lower, object_id=_object_id(row), **told)


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
