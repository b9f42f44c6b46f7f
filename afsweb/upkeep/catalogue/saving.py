"""Writing down what a look found: the items as they are now, what they were before, and the totals of this time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models.functions import Now

from afsweb.core.jobs.text import storable
from afsweb.core.models import CatalogueItem, CataloguePoint, Subject
from afsweb.upkeep.catalogue.looking import DRAWN_EACH, Entry

IS_CHANGED = """(known.count, known.size_bytes, known.sha256) IS DISTINCT FROM
    (excluded.count, excluded.size_bytes, excluded.sha256)"""


def save_look(subject: Subject, entries: Sequence[Entry], look: UUID) -> None:
    """Keep the items of a subject as the look (a job) found them, in the caller's transaction. Twice is once."""
    _save_items(subject, entries, look)
    lost = CatalogueItem.objects.filter(subject=subject, gone_at__isnull=True).exclude(seen_in=look)
    lost.update(gone_at=Now())
    save_point(subject, "", sum(one.count for one in entries), sum(one.size for one in entries), look)
    if subject in DRAWN_EACH:
        for one in entries:
            save_point(subject, one.name, one.count, one.size, look)


def _save_items(subject: Subject, entries: Sequence[Entry], look: UUID) -> None:
    """One statement: new items come, others keep what they were when they last changed."""
    columns: list[list[Any]] = [
        [one.key for one in entries],
        [storable(one.name)[:300] for one in entries],
        [one.url for one in entries],
        [one.count for one in entries],
        [one.size for one in entries],
        [one.sha256 for one in entries],
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            f"""INSERT INTO core_catalogueitem AS known
                   (subject, key, name, url, count, size_bytes, sha256, seen_in, changed_at)
               SELECT %s, item.*, %s, now()
               FROM unnest(%s::text[], %s::text[], %s::text[], %s::bigint[], %s::bigint[], %s::text[]) AS item
               ON CONFLICT (subject, key) DO UPDATE SET
                   name = excluded.name, url = excluded.url, seen_in = excluded.seen_in, gone_at = NULL,
                   count = excluded.count, size_bytes = excluded.size_bytes, sha256 = excluded.sha256,
                   count_before = CASE WHEN {IS_CHANGED} THEN known.count ELSE known.count_before END,
                   size_before = CASE WHEN {IS_CHANGED} THEN known.size_bytes ELSE known.size_before END,
                   changed_at = CASE WHEN {IS_CHANGED} THEN excluded.changed_at ELSE known.changed_at END""",
            [subject.value, look, *columns],
        )


def save_point(subject: Subject, name: str, count: int, size: int, look: UUID) -> None:
    """Keep one total of this look; a look that is done again replaces its own."""
    facts = {"count": count, "size_bytes": size, "at": Now()}
    CataloguePoint.objects.update_or_create(seen_in=look, subject=subject, name=name[:200], defaults=facts)
