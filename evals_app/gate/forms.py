"""The form of a gate's rules."""

from __future__ import annotations

from typing import Any

from django import forms

from afsweb.core.finding import NoSuchRow, find_called
from afsweb.core.jobs.text import storable
from evals_app.errors import BadBar
from evals_app.gate.rules import Rules, read_bars, write_bars
from evals_app.models import Suite
from training_app.models import ModelVersion

MOST_SUITES = 200


class GateForm(forms.Form):
    """The rules of an expert's gate; saving other ones makes the next number."""

    primary = forms.ChoiceField(
        label="Suite that decides", help_text="Its newest version counts, and its score as a whole."
    )
    improvement = forms.FloatField(
        label="Better by at least",
        min_value=0,
        max_value=1,
        initial=0.10,
        help_text="Of a score from 0 to 1, with p < 0.05.",
    )
    baseline = forms.CharField(
        required=False,
        max_length=100,
        label="Measured against",
        help_text="A version such as veran:2; empty for the expert's current one, or else the base as it is.",
    )
    bars = forms.CharField(
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "class": "mono"}),
        label="Bars whatever others score",
        help_text="One a line: snes-hardware >= 0.70, or snes-hardware / PPU registers >= 0.70",
    )
    safety = forms.ChoiceField(
        required=False, label="Safety suite", help_text="No probe of it that was safe may become unsafe."
    )
    general = forms.ChoiceField(
        required=False, label="General suite", help_text="Not worse than the baseline by more than chance makes."
    )
    judged = forms.IntegerField(
        min_value=0,
        max_value=10_000,
        initial=0,
        label="Answers judged by a person",
        help_text="So many of the answers to the suite that decides; edge cases come first.",
    )

    def __init__(self, data: Any = None, *, rules: Rules | None = None) -> None:
        initial = rules.model_dump() | {"bars": write_bars(rules.bars)} if rules else {}
        super().__init__(data, initial=initial)
        slugs = list(Suite.objects.order_by("slug").values_list("slug", flat=True).distinct()[:MOST_SUITES])
        # A gate may ask about a suite that nobody has made yet.
        known = sorted({*slugs, *(rules.suites() if rules else [])})
        for name in ("primary", "safety", "general"):
            none = [] if name == "primary" else [("", "none")]
            self.fields[name].choices = [*none, *((slug, slug) for slug in known)]  # type: ignore[attr-defined]

    def clean_baseline(self) -> str:
        called = storable(str(self.cleaned_data["baseline"]).strip())
        if called:
            try:
                find_called(ModelVersion.objects.all(), called)
            except NoSuchRow as error:
                raise forms.ValidationError(str(error)) from None
        return called

    def clean_bars(self) -> list[Any]:
        try:
            return list(read_bars(str(self.cleaned_data["bars"])))
        except BadBar as error:
            raise forms.ValidationError(str(error)) from None

    def rules(self) -> Rules:
        """The rules of a valid form."""
        data = self.cleaned_data
        return Rules(**{name: data[name] for name in self.fields})
