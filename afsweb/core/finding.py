"""Finding one row by what a person calls it, for commands."""

from __future__ import annotations

from typing import TypeVar

from django.db.models import Model, QuerySet

from afsweb.refusal import Refusal

M = TypeVar("M", bound=Model)


class NoSuchRow(Refusal):
    """There is no {noun} “{name}”. Look at the list on its page, or check the spelling."""


def find_row(rows: QuerySet[M], called: str, /, **by: object) -> M:
    """The newest of `rows` that fits `by`. Raises NoSuchRow, which says what it was `called`."""
    row = rows.filter(**by).order_by("-pk").first()
    if row is None:
        raise NoSuchRow(noun=rows.model._meta.verbose_name, name=called)
    return row
