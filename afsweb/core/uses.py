"""What uses a row and keeps it from being deleted, whichever app it belongs to: the relations know, core need not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from django.db import models
from django.db.models import PROTECT, Exists, ForeignObjectRel, Model, OuterRef, QuerySet

SHOWN = 10
M = TypeVar("M", bound=Model)


@dataclass(frozen=True)
class Use:
    """A row that uses another: what it is, its name, its page where it has one."""

    kind: str
    name: str
    url: str


def uses_of(row: Model) -> list[Use]:
    """What refers to `row` and protects it, the newest of each kind.

    One statement says which kinds do, and one for each of those brings them: kinds that do not cost nothing.
    """
    return [use for relation in _kinds_in_use(row) for use in _uses(row, relation)]


def count_uses(rows: Sequence[Model]) -> dict[int, int]:
    """How many rows refer to each of `rows` and protect it, by its key; one statement for each kind of reference."""
    counts: Counter[int] = Counter()
    for relation in _protecting(type(rows[0])) if rows else ():
        name = relation.field.name
        users = _model(relation)._default_manager.filter(**{f"{name}__in": rows}).order_by()
        counts.update(dict(users.values_list(name).annotate(models.Count("pk"))))
    return counts


def _protecting(model: type[Model]) -> list[ForeignObjectRel]:
    return [one for one in model._meta.related_objects if getattr(one, "on_delete", None) is PROTECT]


def _model(relation: ForeignObjectRel) -> type[Model]:
    assert isinstance(relation.related_model, type)
    return relation.related_model


def unused(model: type[M]) -> QuerySet[M]:
    """The rows of `model` that nothing refers to in a way that protects them."""
    rows = model._default_manager.all()
    for relation in _protecting(model):
        rows = rows.filter(~_has_users(relation))
    return rows


def _kinds_in_use(row: Model) -> list[ForeignObjectRel]:
    relations = _protecting(type(row))
    found = type(row)._default_manager.filter(pk=row.pk).values_list(*map(_has_users, relations)).first()
    return [relation for relation, is_used in zip(relations, found or (), strict=False) if is_used]


def _has_users(relation: ForeignObjectRel) -> Exists:
    """Of a row that is looked at: whether that kind refers to it."""
    return Exists(_model(relation)._default_manager.filter(**{relation.field.name: OuterRef("pk")}))


def _uses(row: Model, relation: ForeignObjectRel) -> list[Use]:
    model = _model(relation)
    users = model._default_manager.filter(**{relation.field.name: row}).order_by("-pk")[:SHOWN]
    return [Use(str(model._meta.verbose_name), str(user), _url(user)) for user in users]


def _url(row: Model) -> str:
    return str(row.get_absolute_url()) if hasattr(row, "get_absolute_url") else ""
