from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms

from afsweb.core.models import Endpoint, EndpointPrice, Provider, ProviderKey

OVER_THE_NETWORK = [choice for choice in Provider.choices if choice[0] != Provider.TRANSFORMERS]


class KeyForm(forms.Form):
    """A provider's key. It is encrypted, and never shown again."""

    name = forms.CharField(max_length=100, help_text="What you call it, such as “my Gemini key”.")
    provider = forms.ChoiceField(choices=OVER_THE_NETWORK)
    secret = forms.CharField(
        label="Key", min_length=8, max_length=500, widget=forms.PasswordInput(attrs={"autocomplete": "off"})
    )


class EndpointForm(forms.ModelForm[Endpoint]):
    """Something that answers over the network. Local weights get their endpoint when a version is made."""

    provider = forms.ChoiceField(choices=OVER_THE_NETWORK)
    # People type their own machine's address, which has no TLS, more often than a provider's.
    base_url = forms.URLField(
        required=False,
        max_length=300,
        assume_scheme="http",
        help_text="Empty for Gemini itself. An OpenAI-compatible server's address ends in /v1.",
    )

    concurrency = forms.IntegerField(
        label="Requests at once",
        required=False,
        min_value=1,
        max_value=256,
        help_text="As many as the server takes; empty for 16. Gemini is asked one by one.",
    )
    honours_seed = forms.BooleanField(
        label="The same seed gives the same answer",
        required=False,
        help_text="Then answers above temperature 0 may be reused, too. llama-server and vLLM do so.",
    )

    class Meta:
        model = Endpoint
        fields = ("name", "provider", "base_url", "model", "key", "requests_per_minute", "shuts_down_on", "is_active")
        help_texts = {
            "requests_per_minute": "Empty for no limit of ours.",
            "shuts_down_on": "The day the provider stops it, if it said so: no campaign starts after it.",
        }
        widgets = {"shuts_down_on": forms.DateInput(attrs={"type": "date"})}

    def __init__(self, *args: Any, models: Sequence[str] = (), **kwargs: Any) -> None:
        """`models`: names that the browser offers for the model, of those that the server has."""
        super().__init__(*args, **kwargs)
        for name, value in capabilities_of(self.instance).items():
            self.fields[name].initial = value
        if models:
            self.fields["model"].widget = forms.TextInput(attrs={"list": "models"})
        self.models = models

    def save(self, commit: bool = True) -> Endpoint:
        """Keep what it says; flags that it does not ask about stay."""
        data = self.cleaned_data
        told = {"concurrency": data["concurrency"], "seed": data["honours_seed"]}
        others = {name: value for name, value in self.instance.capabilities.items() if name not in told}
        self.instance.capabilities = others | {name: value for name, value in told.items() if value}
        return super().save(commit)

    def clean(self) -> dict[str, object]:
        data = super().clean() or {}
        if data.get("provider") == Provider.OPENAI_COMPATIBLE and not data.get("base_url"):
            self.add_error(
                "base_url", "An OpenAI-compatible server needs its address, such as http://127.0.0.1:11434/v1."
            )
        key = data.get("key")
        if isinstance(key, ProviderKey) and key.provider != data.get("provider"):
            self.add_error("key", f"This key is for {key.get_provider_display()}. Choose a key of the same provider.")
        return data


def capabilities_of(endpoint: Endpoint) -> dict[str, object]:
    """What its capabilities say, by the names of the form's fields."""
    flags = endpoint.capabilities
    return {"concurrency": flags.get("concurrency"), "honours_seed": bool(flags.get("seed"))}


class PriceForm(forms.ModelForm[EndpointPrice]):
    class Meta:
        model = EndpointPrice
        fields = ("since", "input_per_million", "output_per_million", "cached_input_per_million", "source")
        widgets = {"since": forms.DateInput(attrs={"type": "date"})}
        help_texts = {"input_per_million": "US dollars per million tokens.", "output_per_million": "Thinking included."}

    def clean_since(self) -> date:
        since: date = self.cleaned_data["since"]
        # The form has no field for the endpoint, so Django does not check that each day has one price.
        if EndpointPrice.objects.filter(endpoint=self.instance.endpoint_id, since=since).exists():
            raise forms.ValidationError("There is a price from this day on, and prices stay. Choose another day.")
        return since
