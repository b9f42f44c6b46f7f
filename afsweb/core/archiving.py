"""Taking rows out of the lists and bringing them back; what was made with a row keeps it."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Model

from afsweb.core.history import record
from afsweb.core.models import EventSource, User


def set_archived(row: Model, archived: bool, *, by: User | None, source: EventSource = EventSource.UI) -> None:
    """Archive a row that has `is_archived`, or restore it; nothing where it is so already."""
    with transaction.atomic():
        others = type(row)._default_manager.filter(pk=row.pk, is_archived=not archived)
        if others.update(is_archived=archived):
            record("archive" if archived else "restore", row, actor=by, source=source)
    row.refresh_from_db(fields=["is_archived"])
