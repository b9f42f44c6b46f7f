"""Finding one row by what a person calls it, for commands."""

from __future__ import annotations

from typing import TypeVar
from uuid import UUID

from django.db.models import Model, QuerySet

from afsweb.core.jobs.text import storable
from afsweb.refusal import Refusal

M = TypeVar("M", bound=Model)
NAMED = 10


class NoSuchRow(Refusal):
    """There is no {noun} “{name}”. {hint}"""

    def __init__(self, *, hint: str = "Look at the list on its page, or check the spelling.", **facts: object) -> None:
        super().__init__(hint=hint, **facts)


def find_row(rows: QuerySet[M], called: str, /, **by: object) -> M:
    """The newest of `rows` that fits `by`. Raises NoSuchRow, which says what it was `called` and what there is."""
    wanted = {name: storable(value) if isinstance(value, str) else value for name, value in by.items()}
    row = rows.filter(**wanted).order_by("-pk").first()
    if row is None:
        raise NoSuchRow(noun=rows.model._meta.verbose_name, name=storable(called), hint=_hint(rows, list(by)))
    return row


def find_called(rows: QuerySet[M], called: str, by: str = "name") -> M:
    """The row with this uuid; else the newest called so, or `name:number` of rows with numbers. Raises NoSuchRow."""
    uuid = read_uuid(called)
    if uuid is not None:
        return find_row(rows, called, uuid=uuid)
    name, _, number = called.rpartition(":")
    if name and number.isdecimal() and hasattr(rows.model, "number"):
        return find_row(rows, called, **{by: name, "number": int(number)})
    return find_row(rows, called, **{by: called})


def read_uuid(text: str) -> UUID | None:
    """The uuid that `text` writes, or None."""
    try:
        return UUID(text)
    except ValueError:
        return None


def _hint(rows: QuerySet[M], names: list[str]) -> str:
    if {"pk", "uuid"} & set(names):
        return "Look at the list of them, and copy the id."
    known = list(rows.order_by(*names).values_list(*names).distinct()[: NAMED + 1])
    if not known:
        return "There is none yet."
    more = " and more" if len(known) > NAMED else ""
    return f"There are: {', '.join(':'.join(map(str, row)) for row in known[:NAMED])}{more}."
