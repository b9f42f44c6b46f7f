"""The list of goldens: its filters, as the address says them, and what a row shows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import JSONObject, Left

from afsweb.core.models import User
from datasets_app.golden.approving import current
from datasets_app.golden.standing import Standing, reasons_of, standing_as, standing_of, with_reasons
from datasets_app.models import Domain, Golden, SampleState, SnapshotEntry

SHOWN_CHARACTERS, SHOWN_SNAPSHOTS = 200, 5
TEXTS = ("search", "messages", "system", "instruction", "input", "output")


class GoldenFilter(forms.Form):
    """The filters of the list. A value that makes no sense counts as not given."""

    standing = forms.ChoiceField(choices=[("", "every standing"), *Standing.choices], required=False)
    domain = forms.ModelChoiceField(
        Domain.objects.all(), to_field_name="slug", required=False, empty_label="every domain"
    )
    used = forms.ChoiceField(
        choices=[("", "somewhere or nowhere"), ("yes", "in a snapshot"), ("no", "in no snapshot")], required=False
    )

    def wanted(self) -> dict[str, Any]:
        """What is filtered by: field -> value, without what was not given or makes no sense."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value not in ("", None)}


@dataclass(frozen=True)
class Row:
    """One approved text as a list shows it to a person: how it stands, why it must be looked at again."""

    golden: Golden
    user: User

    @property
    def standing(self) -> Standing:
        return standing_of(self.golden)

    @property
    def reasons(self) -> list[str]:
        return reasons_of(self.golden)

    @property
    def may_approve(self) -> bool:
        """Whether the person's approval would count: not twice by the same one, nor on what is archived."""
        mine = self.standing == Standing.WAITING and self.golden.first_by_id == self.user.pk
        is_open = self.standing in (Standing.WAITING, Standing.OVER) and not self._is_archived
        return is_open and not mine

    @property
    def may_renew(self) -> bool:
        return self.standing == Standing.STALE

    @property
    def may_take_back(self) -> bool:
        return self.standing in (Standing.WAITING, Standing.GOLDEN) or self.golden.sample.is_golden

    @property
    def _is_archived(self) -> bool:
        return self.golden.sample.state == SampleState.ARCHIVED


def listed_goldens(wanted: dict[str, Any]) -> QuerySet[Golden]:
    """The goldens that `GoldenFilter.wanted` asks for, one row for each approved text, as keys alone: see `described`.

    Postgres would work out all that a list shows for every row before it takes the newest fifty.
    """
    goldens = Golden.objects.all()
    rows = standing_as(goldens, Standing(wanted["standing"])) if "standing" in wanted else current(goldens)
    if "domain" in wanted:
        rows = rows.filter(sample__domain=wanted["domain"])
    if "used" in wanted:
        rows = used_in_snapshots(rows, is_used=wanted["used"] == "yes")
    return rows.only("pk")


def used_in_snapshots(rows: QuerySet[Golden], *, is_used: bool) -> QuerySet[Golden]:
    """Those of `rows` whose text a snapshot holds, or those whose text none does."""
    used = Exists(SnapshotEntry.objects.filter(version=OuterRef("version")))
    return rows.filter(used if is_used else ~used)


def shown(rows: QuerySet[Golden]) -> QuerySet[Golden]:
    """`rows` with their samples, the beginnings of their texts, and the snapshots that hold them."""
    entries = SnapshotEntry.objects.filter(version=OuterRef("version")).order_by("-snapshot_id")
    return (
        rows.select_related("sample__domain", "version", "first_by", "second_by", "looked_by")
        .defer(*(f"version__{name}" for name in TEXTS))
        .annotate(
            question=Left("version__instruction", SHOWN_CHARACTERS),
            used_in=ArraySubquery(
                entries.values(one=JSONObject(name="snapshot__name", uuid="snapshot__uuid"))[:SHOWN_SNAPSHOTS]
            ),
        )
    )


def described(keys: Iterable[int], user: User) -> list[Row]:
    """The goldens of these primary keys as rows for `user`, the newest first; one statement."""
    goldens = shown(with_reasons(current(Golden.objects.filter(pk__in=list(keys)))))
    return [Row(golden, user) for golden in goldens.order_by("-pk")]
