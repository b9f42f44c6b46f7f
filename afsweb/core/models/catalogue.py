from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.urls import reverse

from afsweb.core.models.host import Host
from afsweb.core.models.job import Job
from afsweb.core.models.public import Public


class Subject(models.TextChoices):
    """What the catalogue counts."""

    SAMPLES = "samples", "samples by domain"
    SNAPSHOT = "snapshot", "snapshots"
    BASE_MODEL = "base_model", "base models"
    VERSION = "version", "model versions"
    CHECKPOINT = "checkpoint", "checkpoints of runs"
    ARTIFACT = "artifact", "stored files by kind"
    WATCHED = "watched", "watched folders"


class CatalogueItem(models.Model):
    """One dataset or model as the last look found it, and what it was before it last changed."""

    subject = models.CharField(max_length=16, choices=Subject)
    key = models.CharField(max_length=200, help_text="What tells it from others of its subject: a uuid, a slug.")
    name = models.CharField(max_length=300)
    url = models.CharField(max_length=300, blank=True)
    count = models.BigIntegerField(help_text="Samples, examples or files.")
    size_bytes = models.BigIntegerField()
    sha256 = models.CharField(max_length=64, blank=True)
    count_before = models.BigIntegerField(null=True, blank=True)
    size_before = models.BigIntegerField(null=True, blank=True)
    changed_at = models.DateTimeField(db_default=Now())
    seen_in = models.UUIDField(help_text="The job that saw it last.")
    gone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(F("subject"), F("id").desc(), name="catalogue_newest", condition=Q(gone_at__isnull=True))
        ]
        constraints = [models.UniqueConstraint(fields=["subject", "key"], name="one_item_per_key")]

    def __str__(self) -> str:
        return self.name

    @property
    def grown(self) -> int | None:
        """By how many bytes it grew when it last changed; None when it never did."""
        return None if self.size_before is None else self.size_bytes - self.size_before

    @property
    def count_grown(self) -> int | None:
        """By how many it grew when it last changed; None when it never did."""
        return None if self.count_before is None else self.count - self.count_before


class CataloguePoint(models.Model):
    """All of a subject at one time: what its growth is drawn from. `name`: one domain's, one host's; else all."""

    at = models.DateTimeField(db_default=Now())
    subject = models.CharField(max_length=16, choices=Subject)
    name = models.CharField(max_length=200, blank=True)
    count = models.BigIntegerField()
    size_bytes = models.BigIntegerField()
    seen_in = models.UUIDField()

    class Meta:
        indexes = [models.Index(fields=["subject", "-at"], name="catalogue_point_newest")]
        constraints = [models.UniqueConstraint(fields=["seen_in", "subject", "name"], name="one_point_per_look")]

    def __str__(self) -> str:
        return f"{self.subject} {self.name} at {self.at}"


class WatchedKind(models.TextChoices):
    SAMPLES = "samples", "samples"
    ADAPTER = "adapter", "adapter"
    BASE_MODEL = "base_model", "model weights"
    OTHER = "other", "something else"


class WatchedItem(Public):
    """A file, or a folder that is one model, in a folder that a host watches (AFS_WATCH)."""

    host = models.ForeignKey(Host, models.CASCADE, related_name="watched")
    folder = models.CharField(max_length=500)
    path = models.CharField(max_length=500, help_text="Below the folder, with /.")
    kind = models.CharField(max_length=16, choices=WatchedKind)
    file_count = models.PositiveIntegerField(default=1)
    size_bytes = models.BigIntegerField()
    modified_ns = models.BigIntegerField(
        help_text="The newest change, nanoseconds; unchanged files are not read again."
    )
    sha256 = models.CharField(max_length=64, blank=True, help_text="Of the file; of a folder's manifest.")
    managed_url = models.CharField(max_length=300, blank=True, help_text="The page of what has the same content here.")
    problem = models.CharField(max_length=300, blank=True)
    job = models.ForeignKey(Job, models.SET_NULL, null=True, blank=True, related_name="+", help_text="That adopts it.")
    gone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(F("id").desc(), name="watched_unmanaged", condition=Q(gone_at__isnull=True, managed_url=""))
        ]
        constraints = [models.UniqueConstraint(fields=["host", "folder", "path"], name="one_watched_item_per_path")]

    def __str__(self) -> str:
        return self.path

    def get_absolute_url(self) -> str:
        return reverse("list_watched")

    @property
    def is_busy(self) -> bool:
        """Whether a job is adopting it."""
        return self.job is not None and not self.job.is_final
