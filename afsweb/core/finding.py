"""Finding one row by what a person calls it, for commands."""

from __future__ import annotations

from typing import TypeVar
from uuid import UUID

from django.db.models import Model, QuerySet

from afsweb.core.jobs.text import storable
from afsweb.refusal import Refusal

M = TypeVar("M", bound=Model)


class NoSuchRow(Refusal):
    """There is no {noun} “{name}”. Look at the list on its page, or check the spelling."""


class SeveralRows(Refusal):
    """There are several {nouns} “{name}”. Give the id in the address of the page of the one you mean."""


def find_row(rows: QuerySet[M], called: str, /, **by: object) -> M:
    """The newest of `rows` that fits `by`. Raises NoSuchRow, which says what it was `called`."""
    wanted = {name: storable(value) if isinstance(value, str) else value for name, value in by.items()}
    row = rows.filter(**wanted).order_by("-pk").first()
    if row is None:
        raise NoSuchRow(noun=rows.model._meta.verbose_name, name=called)
    return row


def find_named(rows: QuerySet[M], called: str) -> M:
    """The one of `rows` with that uuid, or else with that name. Raises NoSuchRow, SeveralRows."""
    uuid = read_uuid(called)
    if uuid is not None:
        return find_row(rows, called, uuid=uuid)
    if len(rows.filter(name=storable(called))[:2]) > 1:
        raise SeveralRows(nouns=rows.model._meta.verbose_name_plural, name=called)
    return find_row(rows, called, name=called)


def read_uuid(text: str) -> UUID | None:
    """The uuid that `text` writes, or None."""
    try:
        return UUID(text)
    except ValueError:
        return None
