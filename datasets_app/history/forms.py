"""Which moment of which domain somebody asks for."""

from __future__ import annotations

from django import forms

from datasets_app.models import Domain, SampleState


class MomentForm(forms.Form):
    """A moment, in UTC as every time in the app."""

    domain = forms.ModelChoiceField(Domain.objects.filter(is_active=True), to_field_name="slug", empty_label=None)
    at = forms.DateTimeField(
        label="As of", widget=forms.DateTimeInput({"type": "datetime-local", "step": "1"}), help_text="UTC"
    )
    state = forms.ChoiceField(
        choices=[("", "every state"), *SampleState.choices], required=False, help_text="Of the samples to export."
    )
