from __future__ import annotations

from django import forms

from afsweb.core.models import Host, HostState
from datasets_app.models import Domain
from training_app.models import Recipe


class RetrainingForm(forms.Form):
    """A rule: what to train anew, and how much that is new is worth it."""

    name = forms.SlugField(max_length=48, help_text="Its runs and versions are called so, its snapshots with a number.")
    domain = forms.ModelChoiceField(Domain.objects.filter(is_active=True), empty_label=None)
    golden_only = forms.BooleanField(required=False, label="Golden samples only")
    recipe = forms.ModelChoiceField(Recipe.objects.filter(is_archived=False).select_related("base_model"))
    threshold = forms.IntegerField(
        min_value=1,
        max_value=10_000_000,
        initial=100,
        label="New accepted samples",
        help_text="A training begins when so many came, or were edited, since its last snapshot.",
    )
    validation_share = forms.FloatField(
        min_value=0, max_value=0.5, initial=0.05, help_text="Of each snapshot, 0 to 0.5: what validates."
    )
    host = forms.ModelChoiceField(
        Host.objects.filter(state=HostState.ACTIVE), required=False, empty_label="any that is free"
    )
    seed = forms.IntegerField(min_value=0, max_value=2**32 - 1, initial=0, help_text="Of the splits and the training.")
