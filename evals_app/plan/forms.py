from __future__ import annotations

from typing import Any

from django import forms

from evals_app.models import Suite
from training_app.models import ModelVersion

MOST_VERSIONS = 100


class PlanForm(forms.Form):
    """What a plan assumes. What is left empty comes from the suite and its earlier comparisons."""

    suite = forms.ModelChoiceField(Suite.objects.none(), to_field_name="uuid")
    version = forms.ModelChoiceField(
        ModelVersion.objects.none(), to_field_name="uuid", required=False, help_text="For the price and the pace."
    )
    facts = forms.IntegerField(
        label="Facts or personas", min_value=2, max_value=100_000, required=False, help_text="Empty: the suite's own."
    )
    repeats = forms.IntegerField(min_value=1, max_value=20, required=False, help_text="Empty: 1.")
    effect = forms.FloatField(
        label="True improvement", min_value=0.001, max_value=1.0, required=False, help_text="To be found. Empty: 0.10."
    )
    deviation = forms.FloatField(
        label="Deviation of the differences",
        min_value=0.001,
        max_value=1.0,
        required=False,
        help_text="Empty: that of earlier comparisons.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        versions = ModelVersion.objects.filter(is_archived=False).order_by("-pk")
        self.fields["version"].queryset = versions if self.is_bound else versions[:MOST_VERSIONS]  # type: ignore[attr-defined]
        self.fields["suite"].queryset = Suite.objects.filter(is_archived=False).order_by("-pk")  # type: ignore[attr-defined]

    def given(self) -> dict[str, Any]:
        """The arguments of `make_plan` that a valid form gives."""
        return {name: value for name, value in self.cleaned_data.items() if value not in (None, "")}
