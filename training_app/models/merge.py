from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from afsweb.core.models import Public, Worked, WorkState
from training_app.models.base_model import BaseModel
from training_app.models.version import ModelVersion


class Merge(Worked, Public):
    """Adapters put together: one into its base's weights, or several, weighted, into one. A new version comes of it."""

    name = models.SlugField(max_length=64, help_text="The new version is called so.")
    base_model = models.ForeignKey(BaseModel, models.PROTECT, related_name="merges")
    into_base = models.BooleanField(default=False)
    rank = models.PositiveIntegerField(null=True, blank=True, help_text="Of the sum; empty for the exact one.")
    report = models.JSONField(default=dict, help_text="What the program measured: errors, and answers compared.")
    version = models.OneToOneField(ModelVersion, models.PROTECT, null=True, blank=True, related_name="merge")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="a_succeeded_merge_has_its_version",
                condition=~Q(state=WorkState.SUCCEEDED) | Q(version__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"merge {self.name}"

    def get_absolute_url(self) -> str:
        return reverse("show_merge", args=[self.uuid])


class MergePart(models.Model):
    """A version whose adapter is merged, and its weight in the sum; 1 where it goes into its base."""

    merge = models.ForeignKey(Merge, models.CASCADE, related_name="parts")
    version = models.ForeignKey(ModelVersion, models.PROTECT, related_name="merged_into")
    weight = models.FloatField(default=1.0)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["merge", "version"], name="one_part_per_version"),
            models.CheckConstraint(name="a_part_has_a_weight", condition=~Q(weight=0)),
        ]

    def __str__(self) -> str:
        return f"{self.weight:g} × {self.version}"
