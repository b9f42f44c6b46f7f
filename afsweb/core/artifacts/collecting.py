"""Removing what nothing refers to and nobody wanted for a while: rows with their files, and files without a row."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Now

from afsweb.core.artifacts.keeping import drop_artifact
from afsweb.core.history import record
from afsweb.core.models import Artifact, EventSource, Shelf, User
from afsweb.core.uses import unused
from afsweb.storage.store import remove_abandoned

# What was stored just now may be waiting for the row that will refer to it.
GRACE = timedelta(days=1)


def collectable(shelf: Shelf) -> QuerySet[Artifact]:
    """The artifacts of a kind that its rules let go, as far as nothing refers to them."""
    rows = unused(Artifact).filter(kind=shelf.kind, kept_at__lt=Now() - GRACE)
    if shelf.keep_days is None and shelf.keep_newest is None:
        return rows.none()
    if shelf.keep_days is not None:
        rows = rows.filter(kept_at__lt=Now() - timedelta(days=shelf.keep_days))
    if shelf.keep_newest:
        newest = Artifact.objects.filter(kind=shelf.kind).order_by("-pk").values_list("pk", flat=True)
        oldest_kept = newest[shelf.keep_newest - 1 : shelf.keep_newest].first()
        rows = rows.filter(pk__lt=oldest_kept) if oldest_kept else rows.none()
    return rows


def list_collectable() -> Iterator[tuple[Artifact, QuerySet[Artifact]]]:
    """Each artifact that may go now, with the rows among which it must still be when it goes."""
    for shelf in Shelf.objects.all():
        rows = collectable(shelf)
        for artifact in rows.defer("manifest").order_by("pk").iterator():
            yield artifact, rows


@transaction.atomic
def collect(artifact: Artifact, among: QuerySet[Artifact], *, actor: User | None, source: EventSource) -> bool:
    """Remove one of them, unless a row refers to it by now, or somebody stored it again; a line of history stays."""
    before = {"name": artifact.name, "sha256": artifact.sha256, "size_bytes": artifact.size_bytes}
    if not drop_artifact(artifact, among):
        return False
    record("collect", artifact, actor=actor, source=source, before=before)
    return True


def list_strays() -> Iterator[str]:
    """Names of stored content on this machine that has no row for a day: rows went elsewhere, or never came."""
    remove_abandoned(settings.ARTIFACT_DIR)
    old = time.time() - GRACE.total_seconds()
    for shelf in sorted(settings.ARTIFACT_DIR.glob("[0-9a-f][0-9a-f]")):
        names = {place.name for place in shelf.iterdir() if len(place.name) == 64 and _changed(place) < old}
        known = Artifact.objects.filter(sha256__in=names).values_list("sha256", flat=True)
        yield from sorted(names.difference(known))


def _changed(place: Path) -> float:
    return place.stat().st_mtime
