"""What became of a sample so far."""

from __future__ import annotations

from typing import Any

from datasets_app.history.about import lines_about
from datasets_app.models import Review, Sample
from datasets_app.snapshots.holding import entries_holding

SHOWN_LINES = 20


def past_of(sample: Sample) -> dict[str, Any]:
    """What became of a sample so far: its versions, decisions and history, and its entries in snapshots."""
    held = entries_holding(sample.uuid).select_related("snapshot", "version").defer("version__search")
    reviews = Review.objects.filter(sample=sample).select_related("reviewer", "gate", "resolved_by").order_by("-pk")
    return {
        "versions": list(sample.versions.select_related("author").defer("search").order_by("-number")[:SHOWN_LINES]),
        "reviews": list(reviews[:SHOWN_LINES]),
        "history": list(lines_about(sample.pk).select_related("actor").order_by("-pk")[:SHOWN_LINES]),
        "entries": list(held.order_by("-snapshot")[:SHOWN_LINES]),
    }
