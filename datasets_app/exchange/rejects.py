"""The lines of an import that were not taken: grouped for people, and as a file."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from django.db.models import Count, F, Window
from django.db.models.functions import RowNumber

from datasets_app.exchange.problems import TITLES
from datasets_app.models import ImportReject, Source

SHOWN_LINES = 5


def group_rejects(source: Source) -> list[dict[str, Any]]:
    """The rejected lines by reason, the most frequent first, each with its first lines."""
    first = ImportReject.objects.filter(source=source).annotate(
        place=Window(RowNumber(), partition_by=F("code"), order_by="line"),
        count=Window(Count("pk"), partition_by=F("code")),
    )
    groups: dict[str, dict[str, Any]] = {}
    for reject in first.filter(place__lte=SHOWN_LINES).order_by("line"):
        group = groups.setdefault(reject.code, {"title": TITLES.get(reject.code, reject.code), "lines": []})
        group["count"] = reject.count
        group["lines"].append(reject)
    return sorted(groups.values(), key=lambda group: -group["count"])


def reject_lines(source: Source) -> Iterator[bytes]:
    """The rejects as JSONL."""
    rejects = ImportReject.objects.filter(source=source).order_by("line").values("line", "code", "message", "excerpt")
    for reject in rejects.iterator(chunk_size=2000):
        yield json.dumps(reject, ensure_ascii=False).encode() + b"\n"
