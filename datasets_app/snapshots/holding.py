"""Which snapshots hold a sample."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet

from datasets_app.models import SnapshotEntry


def entries_holding(sample_id: UUID) -> QuerySet[SnapshotEntry]:
    """The entries of any version of the sample of that uuid.

    Asked through its versions, which an index of the entries begins with: a few look-ups however many there are.
    """
    return SnapshotEntry.objects.filter(version__sample__uuid=sample_id)
