"""Watched items as people look at them."""

from __future__ import annotations

from django.db.models import QuerySet

from afsweb.core.models import WatchedItem


def watched_items(*, every: bool = False) -> QuerySet[WatchedItem]:
    """What is there and nobody manages; with `every`, what is managed too."""
    rows = WatchedItem.objects.filter(gone_at__isnull=True).select_related("host", "job")
    return rows if every else rows.filter(managed_url="")
