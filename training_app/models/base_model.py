from __future__ import annotations

from django.db import models
from django.urls import reverse

from afsweb.core.models import Artifact, Job, Public


class BaseModel(Public):
    """A model that others start from: id, pinned revision, hashes. Tokenizer and config stay on the hub machine."""

    model_id = models.CharField(max_length=200, unique=True, help_text="Such as Qwen/Qwen2.5-Coder-1.5B-Instruct.")
    revision = models.CharField(max_length=64, blank=True)
    parameters = models.BigIntegerField(null=True, blank=True)
    context_tokens = models.PositiveIntegerField(null=True, blank=True)
    licence = models.CharField(max_length=100, blank=True)
    is_instruct = models.BooleanField(default=True)
    strengths = models.CharField(max_length=300, blank=True)
    template_sha256 = models.CharField(max_length=64, blank=True)
    weights = models.ForeignKey(Artifact, models.PROTECT, null=True, blank=True, related_name="base_models")
    job = models.ForeignKey(Job, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["model_id"]

    def __str__(self) -> str:
        return self.model_id

    def get_absolute_url(self) -> str:
        return reverse("show_base_model", args=[self.uuid])
