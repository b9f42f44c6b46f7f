from __future__ import annotations

from django.db import models
from django.urls import reverse

from afsweb.core.models.job import Job
from afsweb.core.models.public import Public


class ArtifactKind(models.TextChoices):
    BASE_MODEL = "base_model", "base model"
    SNAPSHOT = "snapshot", "snapshot"
    CHECKPOINT = "checkpoint", "checkpoint"
    ADAPTER = "adapter", "adapter"
    EXPORT = "export", "export"
    MAP = "map", "map"


class Artifact(Public):
    """A set of files named by the sha256 of its manifest (afsweb.storage). Never changed; equal content is one row."""

    sha256 = models.CharField(max_length=64, unique=True)
    kind = models.CharField(max_length=16, choices=ArtifactKind)
    name = models.CharField(max_length=200)
    size_bytes = models.BigIntegerField()
    file_count = models.PositiveIntegerField()
    manifest = models.JSONField()
    created_by_job = models.ForeignKey(Job, models.SET_NULL, null=True, blank=True, related_name="artifacts")

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("show_artifact", args=[self.uuid])
