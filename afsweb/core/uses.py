"""What uses a row and keeps it from being deleted, whichever app it belongs to: the relations know, core need not."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import PROTECT, ForeignObjectRel, Model

SHOWN = 10


@dataclass(frozen=True)
class Use:
    """A row that uses another: what it is, its name, its page where it has one."""

    kind: str
    name: str
    url: str


def uses_of(row: Model) -> list[Use]:
    """What refers to `row` and protects it, the newest of each kind; one statement for each kind of reference."""
    relations = (one for one in row._meta.related_objects if getattr(one, "on_delete", None) is PROTECT)
    return [use for relation in relations for use in _uses(row, relation)]


def _uses(row: Model, relation: ForeignObjectRel) -> list[Use]:
    model = relation.related_model
    assert isinstance(model, type)
    users = model._default_manager.filter(**{relation.field.name: row}).order_by("-pk")[:SHOWN]
    return [Use(str(model._meta.verbose_name), str(user), _url(user)) for user in users]


def _url(row: Model) -> str:
    return str(row.get_absolute_url()) if hasattr(row, "get_absolute_url") else ""
