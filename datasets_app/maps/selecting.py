"""What lies within a line on a map: looked at, and kept as a value of the samples' filter."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection

from afsweb.core.models import User
from datasets_app.maps.errors import NothingInside, TooManyInside
from datasets_app.maps.outlines import Outline
from datasets_app.maps.points import Ids, load_points
from datasets_app.models import EmbeddingMap, MapSelection, Sample
from datasets_app.search.filters import listed_samples

MOST_SELECTED = 100_000
SHOWN = 50


def find_inside(shown: EmbeddingMap, outline: Outline) -> Ids:
    """The samples within the line, also those that the page does not show. Raises `NothingInside`, `PointsGone`."""
    ids = outline.inside(load_points(shown)).ids
    if not len(ids):
        raise NothingInside
    return ids


def first_of(ids: Ids) -> list[Sample]:
    """The newest few of them, as the list of samples shows them."""
    newest = ids[-SHOWN:].tolist()
    return list(listed_samples({}).filter(pk__in=newest).order_by("-pk"))


def select(shown: EmbeddingMap, outline: Outline, *, by: User) -> MapSelection:
    """Keep which samples lie within the line now. Raises `NothingInside`, `TooManyInside`, `PointsGone`."""
    ids = _still_there(find_inside(shown, outline).tolist())
    if not ids:
        raise NothingInside
    if len(ids) > MOST_SELECTED:
        raise TooManyInside(count=f"{len(ids):,}", most=f"{MOST_SELECTED:,}")
    return MapSelection.objects.create(
        map=shown, outline=outline.corners, sample_ids=ids, count=len(ids), created_by=by
    )


def _still_there(ids: Sequence[int]) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT id FROM datasets_sample
               WHERE id = ANY(%s) AND state <> 'archived' AND current_id IS NOT NULL ORDER BY id""",
            [list(ids)],
        )
        return [row[0] for row in cursor.fetchall()]
