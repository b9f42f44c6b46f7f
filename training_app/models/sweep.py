from __future__ import annotations

from django.conf import settings
from django.db import models
from django.urls import reverse

from afsweb.core.models import Host, Public
from datasets_app.models import Snapshot
from training_app.models.recipe import Recipe


class Sweep(Public):
    """One recipe trained at several points of a grid; each point is a run with a recipe version of its own."""

    name = models.SlugField(max_length=64, unique=True)
    recipe = models.ForeignKey(Recipe, models.PROTECT, related_name="sweeps", help_text="What the points vary.")
    snapshot = models.ForeignKey(Snapshot, models.PROTECT, related_name="sweeps")
    host = models.ForeignKey(Host, models.PROTECT, null=True, blank=True, related_name="+")
    grid = models.JSONField(help_text="Setting -> its values, such as learning_rate: [0.0001, 0.0002].")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True)

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("show_sweep", args=[self.uuid])
