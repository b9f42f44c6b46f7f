from __future__ import annotations

from typing import Any

from django import forms

from afsweb.core.jobs.text import storable
from afsweb.core.models import Endpoint, Provider
from datasets_app.domains.base import get_domain
from datasets_app.models import Domain, PromptVersion

MOST_SAMPLES = 100_000


def generators() -> list[tuple[str, str]]:
    """Every generator of every active domain, as domain:generator."""
    return [
        (f"{domain.slug}:{generator.name}", f"{domain.name}: {generator.name.replace('_', ' ')}")
        for domain in Domain.objects.filter(is_active=True)
        for generator in get_domain(domain.slug).generators
    ]


class Names(forms.CharField):
    """Names for programs between commas."""

    def to_python(self, value: Any) -> Any:
        parts = storable(super().to_python(value) or "").split(",")
        return list(dict.fromkeys(name for part in parts if (name := part.strip())))


class CampaignForm(forms.Form):
    """What to generate. Without an endpoint the domain's own program also words the samples, for nothing."""

    name = forms.CharField(max_length=200, help_text="Such as “register facts, first round”.")
    generator = forms.ChoiceField(
        choices=generators, help_text="Plans what each sample is about, from the domain's facts."
    )
    target = forms.IntegerField(
        label="Samples",
        min_value=1,
        max_value=MOST_SAMPLES,
        initial=300,
        help_text="At most; a program may have less to say.",
    )
    seed = forms.IntegerField(
        min_value=0, max_value=2**31 - 1, initial=0, help_text="The same seed repeats the campaign."
    )
    kinds = Names(required=False, label="Only these kinds", help_text="Between commas; empty for all it writes.")
    topics = Names(
        required=False,
        label="Only about",
        help_text="Topics between commas, as the coverage page names them; empty for everything.",
    )
    endpoint = forms.ModelChoiceField(
        Endpoint.objects.filter(provider=Provider.GEMINI, is_active=True),
        required=False,
        empty_label="none: the program words them",
        help_text="A model that words each fact anew.",
    )
    prompt = forms.ModelChoiceField(
        PromptVersion.objects.order_by("name", "-number"), required=False, empty_label="the one that comes with afsweb"
    )
    budget = forms.DecimalField(
        min_value=0, max_digits=10, decimal_places=2, required=False, help_text="US dollars; never exceeded."
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("endpoint") and not data.get("budget"):
            self.add_error("budget", "A paid endpoint needs a budget: the campaign never spends more.")
        return data
