"""Counts for people: how much waits, no further than anybody wants to know."""

from __future__ import annotations

from typing import Any

from django.db import connection
from django.db.models import QuerySet


def count_capped(rows: dict[str, QuerySet[Any]], cap: int) -> dict[str, int]:
    """How many rows each of these has, `cap` at most; one statement for all of them."""
    queries = [query.order_by().values("pk")[:cap].query.sql_with_params() for query in rows.values()]
    parts = [f"(SELECT count(*) FROM ({sql}) AS counted)" for sql, _ in queries]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(parts)}", [param for _, params in queries for param in params])
        return dict(zip(rows, cursor.fetchone(), strict=True))
