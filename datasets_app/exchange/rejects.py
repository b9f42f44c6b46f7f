"""The lines of an import that were not taken: kept, grouped for people, and as a file to mend and import again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from django.db import connection
from django.db.models import Count, F, Window
from django.db.models.functions import RowNumber

from afsweb.core.jobs.text import storable
from datasets_app.exchange.containers.record import Reject
from datasets_app.exchange.problems import TITLES
from datasets_app.exchange.reading import container_of
from datasets_app.exchange.tally import Tally
from datasets_app.exchange.uploads import open_upload
from datasets_app.models import ImportReject, Source

SHOWN_LINES = 5


def keep_rejects(source: Source, tally: Tally, line_of: Callable[[int], int] = int) -> None:
    """Write the rejects down, each with how it stood in the uploaded file; in a transaction.

    `line_of` gives the line of the source that a line of the file is, where these differ.
    """
    if not tally.rejects:
        return
    columns = "source_id, line, code, message, excerpt, content"
    with (
        open_upload(source) as file,
        connection.cursor() as cursor,
        cursor.copy(f"COPY datasets_importreject ({columns}) FROM STDIN") as copy,
    ):
        raw = ((line_of(number), text) for number, text in container_of(source.container).read_raw(file))
        for reject, content in _with_content(tally, raw):
            message = str(reject.problem)[:300]
            copy.write_row((source.pk, reject.line, reject.problem.code, message, reject.excerpt, storable(content)))


def _with_content(tally: Tally, raw: Iterator[tuple[int, str]]) -> Iterator[tuple[Reject, str]]:
    left = {reject.line: reject for reject in tally.rejects}
    for line, content in raw:
        if reject := left.pop(line, None):
            yield reject, content
    for reject in left.values():
        yield reject, ""


def group_rejects(source: Source) -> list[dict[str, Any]]:
    """The rejected lines by reason, the most frequent first, each with its first lines."""
    first = (
        ImportReject.objects.filter(source=source)
        .defer("content")
        .annotate(
            place=Window(RowNumber(), partition_by=F("code"), order_by="line"),
            count=Window(Count("pk"), partition_by=F("code")),
        )
    )
    groups: dict[str, dict[str, Any]] = {}
    for reject in first.filter(place__lte=SHOWN_LINES).order_by("line"):
        group = groups.setdefault(reject.code, {"title": TITLES.get(reject.code, reject.code), "lines": []})
        group["count"] = reject.count
        group["lines"].append(reject)
    return sorted(groups.values(), key=lambda group: -group["count"])


def reject_file(source: Source) -> Iterator[bytes]:
    """The rejects as a file of the kind that was imported, each with `_line` and `_reason`, to be mended."""
    rejects = ImportReject.objects.filter(source=source).order_by("line").values_list("line", "message", "content")
    pieces: Iterator[bytes] = container_of(source.container).write_rejects(
        rejects.iterator(chunk_size=200), source.columns
    )
    return pieces
