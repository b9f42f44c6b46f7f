"""Writing history: one line per change, in the transaction of the change."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import Model

from afsweb.core.models import Event, EventSource, User


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
) -> Event:
    """Append one line of history about `row`. Call it inside the transaction that makes the change."""
    return Event.objects.create(
        actor=actor,
        source=source,
        verb=verb,
        object_type=row._meta.label_lower,
        # A job's key is a uuid: its upper 63 bits fit the column, and job_id has the whole.
        object_id=row.pk.int >> 65 if isinstance(row.pk, UUID) else row.pk,
        before=before or {},
        after=after or {},
        reason=reason[:300],
        batch=batch,
        job_id=row.pk if isinstance(row.pk, UUID) else job_id,
    )
