from __future__ import annotations

from django.conf import settings
from django.db import models
from django.urls import reverse

from afsweb.core.models.artifact import Artifact
from afsweb.core.models.public import Public


class Provider(models.TextChoices):
    GEMINI = "gemini", "Gemini"
    OPENAI_COMPATIBLE = "openai_compatible", "OpenAI-compatible URL"
    TRANSFORMERS = "transformers", "local weights"


class ProviderKey(Public):
    """A provider's secret key: encrypted with AFS_FIELD_KEY, shown masked, never logged (afsweb.llm.keys)."""

    name = models.CharField(max_length=100, unique=True)
    provider = models.CharField(max_length=32, choices=Provider)
    secret = models.BinaryField()
    last_four = models.CharField(max_length=4)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT)

    def __str__(self) -> str:
        return f"{self.name} (…{self.last_four})"


class Endpoint(Public):
    """Something that answers, for generation, judging and evaluation alike."""

    name = models.CharField(max_length=100, unique=True)
    provider = models.CharField(max_length=32, choices=Provider)
    base_url = models.URLField(blank=True, max_length=300)
    model = models.CharField(max_length=200, help_text="The model's name at the provider.")
    key = models.ForeignKey(ProviderKey, models.PROTECT, null=True, blank=True)
    capabilities = models.JSONField(default=dict, blank=True)
    requests_per_minute = models.PositiveIntegerField(null=True, blank=True)
    tokens_per_minute = models.PositiveIntegerField(null=True, blank=True)
    shuts_down_on = models.DateField(null=True, blank=True)
    is_active = models.BooleanField(default=True)
    base_weights = models.ForeignKey(Artifact, models.PROTECT, null=True, blank=True, related_name="base_of")
    adapter_weights = models.ForeignKey(Artifact, models.PROTECT, null=True, blank=True, related_name="adapter_of")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="local_weights_have_a_base",
                condition=~models.Q(provider=Provider.TRANSFORMERS) | models.Q(base_weights__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("show_endpoint", args=[self.uuid])


class EndpointPrice(models.Model):
    """What an endpoint costs from a day on, in US dollars per million tokens; output includes thinking tokens."""

    endpoint = models.ForeignKey(Endpoint, models.CASCADE, related_name="prices")
    since = models.DateField()
    input_per_million = models.DecimalField(max_digits=12, decimal_places=6)
    output_per_million = models.DecimalField(max_digits=12, decimal_places=6)
    cached_input_per_million = models.DecimalField(max_digits=12, decimal_places=6, null=True, blank=True)
    source = models.CharField(max_length=300, help_text="Where the figure was read, and when.")

    class Meta:
        ordering = ["-since"]
        constraints = [models.UniqueConstraint(fields=["endpoint", "since"], name="one_price_per_day")]

    def __str__(self) -> str:
        return f"${self.input_per_million} in, ${self.output_per_million} out since {self.since}"
