"""A page of the list: by newest as the filters say, or by relevance inside what a search found."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet

from datasets_app.models import Sample
from datasets_app.search.hybrid import Found

PAGE_SIZE = 50


@dataclass(frozen=True)
class RankedPage:
    """Some of what a search found, best first; the places, from 0, at which the pages beside it begin, or None."""

    rows: list[Sample]
    next_place: int | None
    previous_place: int | None

    def __bool__(self) -> bool:
        return bool(self.rows)


def ranked_page(found: Found, rows: QuerySet[Sample], place: str, size: int = PAGE_SIZE) -> RankedPage:
    """Those of `rows` that were found, from `place` on, by relevance; text that is no place counts as 0."""
    start = int(place) if place.isascii() and place.isdecimal() and len(place) < 6 else 0
    ids = found.ids[start : start + size]
    shown = {row.pk: row for row in rows.filter(pk__in=ids)}
    following = start + size
    return RankedPage(
        [shown[key] for key in ids if key in shown],
        following if following < len(found.ids) else None,
        max(start - size, 0) if start else None,
    )
