from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.urls import reverse

from afsweb.core.models import Call, Endpoint, Public, Worked
from datasets_app.models.domain import Domain
from datasets_app.models.sample import Sample
from datasets_app.models.source import Source


class PromptVersion(Public):
    """The text of a prompt at one time."""

    name = models.SlugField(max_length=64)
    number = models.PositiveIntegerField(default=1)
    domain = models.ForeignKey(Domain, models.PROTECT, related_name="prompts")
    system = models.TextField(blank=True)
    template = models.TextField(help_text="{fact} and {kind} are replaced by what an item is about.")
    sha256 = models.CharField(max_length=64)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["name", "number"], name="one_prompt_per_number")]

    def __str__(self) -> str:
        return f"{self.name} v{self.number}"


class Campaign(Worked, Public):
    """A generation run. Without an endpoint the domain's own programs write the samples."""

    name = models.CharField(max_length=200)
    domain = models.ForeignKey(Domain, models.PROTECT, related_name="campaigns")
    generator = models.CharField(max_length=48, help_text="A generator of the domain, or llm.")
    kinds = ArrayField(models.CharField(max_length=48), default=list, blank=True)
    topics = ArrayField(
        models.CharField(max_length=48), default=list, blank=True, help_text="Of the domain; empty: all of them."
    )
    target = models.PositiveIntegerField()
    seed = models.BigIntegerField(default=0)
    endpoint = models.ForeignKey(Endpoint, models.PROTECT, null=True, blank=True, related_name="campaigns")
    prompt = models.ForeignKey(PromptVersion, models.PROTECT, null=True, blank=True, related_name="campaigns")
    budget = models.DecimalField(max_digits=10, decimal_places=2, null=True, blank=True, help_text="US dollars.")
    source = models.OneToOneField(Source, models.PROTECT, related_name="campaign")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True)

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("show_campaign", args=[self.uuid])


class ItemState(models.TextChoices):
    PLANNED = "planned", "planned"
    DONE = "done", "done"
    FAILED = "failed", "failed"
    UNKNOWN = "unknown", "unknown: its call was never answered"


class CampaignItem(models.Model):
    """One planned sample. Claimed with the claiming job's lease; the claim is free when that lease is not current."""

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="items")
    index = models.PositiveIntegerField()
    kind = models.CharField(max_length=48)
    params = models.JSONField(default=dict)
    state = models.CharField(max_length=16, choices=ItemState, default=ItemState.PLANNED)
    lease = models.UUIDField(null=True, blank=True)
    sample = models.OneToOneField(Sample, models.SET_NULL, null=True, blank=True, related_name="item")
    call = models.ForeignKey(Call, models.SET_NULL, null=True, blank=True, related_name="+")
    error = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes = [models.Index(fields=["campaign", "index"], name="item_open", condition=Q(state=ItemState.PLANNED))]
        constraints = [models.UniqueConstraint(fields=["campaign", "index"], name="one_item_per_index")]

    def __str__(self) -> str:
        return f"item {self.index} of {self.campaign_id}"
