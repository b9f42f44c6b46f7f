"""Samples of which only kind, topic and state matter."""

from __future__ import annotations

from typing import Any

from datasets_app.models import Sample, Source
from tests.datasets.mapping import add_numbered
from tests.rows import gild


def add_cell(source: Source, count: int, *, kind: str, topic: str, **standing: Any) -> None:
    """`count` samples of one cell."""
    ids = [sample.pk for sample in add_numbered(source, count, kind=kind)]
    is_golden = standing.pop("is_golden", False)
    Sample.objects.filter(pk__in=ids).update(topic=topic, **standing)
    if is_golden:
        gild(ids)
