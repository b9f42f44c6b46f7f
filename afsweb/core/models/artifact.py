from __future__ import annotations

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models.functions import Now
from django.urls import reverse

from afsweb.core.models.host import Host
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

    kept_at = models.DateTimeField(
        db_default=Now(),
        editable=False,
        help_text="When equal files were last stored; what nothing uses ages from here.",
    )

    class Meta:
        indexes = [
            # Which artifact holds a file of some content: equal files are not sent twice.
            GinIndex(fields=["manifest"], opclasses=["jsonb_path_ops"], name="artifact_content"),
            models.Index(fields=["kind", "-id"], name="artifact_kind_newest"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("show_artifact", args=[self.uuid])


class ArtifactCopy(models.Model):
    """A machine that has the files of an artifact."""

    artifact = models.ForeignKey(Artifact, models.CASCADE, related_name="copies")
    host = models.ForeignKey(Host, models.CASCADE, related_name="copies")
    verified_at = models.DateTimeField(help_text="When they were last read there to the end, and found whole.")

    class Meta:
        verbose_name_plural = "artifact copies"
        constraints = [models.UniqueConstraint(fields=["artifact", "host"], name="one_copy_of_each_host")]

    def __str__(self) -> str:
        return f"{self.artifact} on {self.host}"


class Shelf(models.Model):
    """All artifacts of one kind: how many and how large they are, counted by a trigger, and how long unused ones stay.

    What any row refers to stays in any case. With both rules an artifact goes when both let it; with none it stays.
    """

    kind = models.CharField(max_length=16, choices=ArtifactKind, primary_key=True)
    artifacts = models.PositiveIntegerField(default=0, editable=False)
    size_bytes = models.BigIntegerField(default=0, editable=False)
    keep_days = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="What nothing uses goes so many days after it was last stored."
    )
    keep_newest = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="What nothing uses goes unless it is among so many newest of its kind."
    )

    class Meta:
        ordering = ["kind"]
        verbose_name_plural = "shelves"

    def __str__(self) -> str:
        return self.get_kind_display()
