"""The one row that a name means, for what should not happen to a namesake."""

from __future__ import annotations

from typing import TypeVar

from django.db.models import Model, QuerySet

from afsweb.core.finding import find_row, read_uuid
from afsweb.core.jobs.text import storable
from afsweb.refusal import Refusal

M = TypeVar("M", bound=Model)


class SeveralRows(Refusal):
    """There are several {nouns} “{name}”. Give the id in the address of the page of the one you mean."""


def find_named(rows: QuerySet[M], called: str) -> M:
    """The one of `rows` with that uuid, or else with that name. Raises NoSuchRow, SeveralRows."""
    uuid = read_uuid(called)
    if uuid is not None:
        return find_row(rows, called, uuid=uuid)
    if len(rows.filter(name=storable(called))[:2]) > 1:
        raise SeveralRows(nouns=rows.model._meta.verbose_name_plural, name=storable(called))
    return find_row(rows, called, name=called)
