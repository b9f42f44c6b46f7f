"""What the list of samples offers that is rows: domains, people, codes of findings. One query for all three."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS
from django.db.models import BigIntegerField, Case, CharField, F, QuerySet, Value, When
from django.db.models.functions import Cast

from afsweb.core.models import Role, User
from datasets_app.models import Domain, FindingCode
from datasets_app.quality.finding_codes import said_by_todays_verifiers

CODES = 100
ORDER = ("what", "place", "label", "key")


@dataclass
class Offers:
    """By what an address says of them: domains and people by their names, the codes by how often they were found.

    Of the people, those that were switched off are last.
    """

    domains: dict[str, Domain] = field(default_factory=dict)
    people: dict[str, User] = field(default_factory=dict)
    codes: list[str] = field(default_factory=list)

    @property
    def active_people(self) -> list[User]:
        """Those who can be given something to do."""
        return [user for user in self.people.values() if user.is_active]


def read_offers() -> Offers:
    """What is offered now. Domains and people have what names them; the rest of them is loaded when it is asked for."""
    reviewers = User.objects.exclude(role=Role.VIEWER)
    codes = FindingCode.objects.filter(said_by_todays_verifiers()).order_by("-found", "code")[:CODES]
    rows = _rows("domain", Domain.objects.all(), F("slug"), F("name")).union(
        _rows("person", reviewers, F("uuid"), F("username"), place=Case(When(is_active=True, then=0), default=1)),
        _rows("code", codes, F("code"), F("code"), place=-F("found")),
        all=True,
    )
    offers = Offers()
    for what, place, pk, key, label in rows.order_by(*ORDER):
        if what == "domain":
            offers.domains[key] = Domain.from_db(DEFAULT_DB_ALIAS, ["id", "slug", "name"], [pk, key, label])
        elif what == "person":
            # In the order of the model's fields: `from_db` takes them by that.
            told = {"id": pk, "username": label, "is_active": place == 0, "uuid": UUID(key)}
            offers.people[key] = User.from_db(DEFAULT_DB_ALIAS, list(told), list(told.values()))
        elif key not in offers.codes:
            offers.codes.append(key)
    return offers


def _rows(what: str, rows: QuerySet[Any], key: F, label: F, *, place: Any = None) -> QuerySet[Any]:
    """(what, place, pk, key, label) of each of `rows`, in types that a union can have."""
    told: QuerySet[Any] = rows.annotate(
        what=Value(what),
        place=Cast(Value(0) if place is None else place, BigIntegerField()),
        key=Cast(key, CharField()),
        label=Cast(label, CharField()),
    ).values_list("what", "place", "pk", "key", "label")
    return told
