"""The form of a snapshot."""

from __future__ import annotations

from typing import Any

from django import forms

from datasets_app.models import Source, SourceState
from datasets_app.snapshots.balance import Balance
from datasets_app.snapshots.building import Plan
from datasets_app.snapshots.choosing import Filter, Selection

LARGEST_SEED = 2**63 - 1


class SnapshotForm(forms.Form):
    """How to divide and balance the samples that a filter finds; the filter's own fields stand beside these."""

    name = forms.CharField(max_length=200)
    sources = forms.ModelMultipleChoiceField(
        Source.objects.filter(state__in=(SourceState.ACTIVE, SourceState.ARCHIVED)).order_by("-pk"),
        to_field_name="uuid",
        required=False,
        help_text="None chosen: from every source.",
    )
    cap = forms.IntegerField(
        min_value=1,
        max_value=2**31 - 1,
        required=False,
        label="Of each kind at most",
        help_text="Of more, whole groups are left out; the seed decides which.",
    )
    times = forms.FloatField(
        min_value=1,
        max_value=1e9,
        required=False,
        label="At most so many times the smallest kind",
    )
    validation_percent = forms.FloatField(
        min_value=0,
        max_value=50,
        initial=5,
        label="Validation, %",
        help_text="Kept out of training to watch it. Groups and near-duplicates stay on one side.",
    )
    seed = forms.IntegerField(
        min_value=0, max_value=LARGEST_SEED, initial=0, help_text="Another seed divides the same samples another way."
    )

    def plan(self, filter: Filter) -> Plan:
        """What was asked for of the samples that `filter` finds, once the form is valid."""
        data = self.cleaned_data
        selection = Selection(filter, tuple(sorted(source.pk for source in data["sources"])))
        return Plan(data["name"], selection, data["validation_percent"] / 100, data["seed"], self.balance())

    def balance(self) -> Balance:
        """The limits as far as they are good."""
        return Balance(self.cleaned_data.get("cap"), self.cleaned_data.get("times"))

    def selection(self, filter: Filter) -> Selection:
        """What the fields that are good choose, for a preview while others are still empty."""
        chosen: Any = self.cleaned_data.get("sources") or ()
        return Selection(filter, tuple(sorted(source.pk for source in chosen)))
