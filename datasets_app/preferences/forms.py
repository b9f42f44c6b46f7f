"""What the pages of preference pairs may be told."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet

from datasets_app.models import PairOrigin, PreferencePair
from datasets_app.preferences.pairs import usable

LARGEST = 2**63 - 1
STANDS, WAITS, TAKEN_BACK = "usable", "waits", "taken-back"


class Wanted(forms.Form):
    """A form of the address: a value that makes no sense counts as not given."""

    def wanted(self) -> dict[str, Any]:
        """Field -> value, without what was not given."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value not in ("", None)}


class PickFrom(Wanted):
    """Which two answers to show: those to a sample's question, or the next ones below a version."""

    sample = forms.UUIDField(required=False)
    before = forms.IntegerField(required=False, min_value=1, max_value=LARGEST)


class ChoiceForm(forms.Form):
    """Which of the two shown answers is better."""

    first = forms.UUIDField()
    second = forms.UUIDField()
    pick = forms.ChoiceField(choices=[("first", "the first"), ("second", "the second")])
    before = forms.IntegerField(required=False, min_value=1, max_value=LARGEST)


class PairFilter(Wanted):
    """The filters of the list of pairs."""

    origin = forms.ChoiceField(choices=[("", "any origin"), *PairOrigin.choices], required=False)
    state = forms.ChoiceField(
        choices=[
            ("", "those that stand"),
            (STANDS, "to train on"),
            (WAITS, "wait for their text's acceptance"),
            (TAKEN_BACK, "taken back"),
        ],
        required=False,
    )

    def apply(self, pairs: QuerySet[PreferencePair]) -> QuerySet[PreferencePair]:
        """Those of `pairs` that are wanted."""
        wanted = self.wanted()
        if "origin" in wanted:
            pairs = pairs.filter(origin=wanted["origin"])
        match wanted.get("state"):
            case "taken-back":
                return pairs.filter(undone_at__isnull=False)
            case "usable":
                return usable(pairs)
            case "waits":
                standing = pairs.filter(undone_at__isnull=True)
                return standing.exclude(pk__in=usable(PreferencePair.objects.all()).values("pk"))
        return pairs.filter(undone_at__isnull=True)
