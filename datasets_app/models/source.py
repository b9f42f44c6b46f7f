from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.urls import reverse

from afsweb.core.models import Job, Public
from datasets_app.models.domain import Domain


class SourceKind(models.TextChoices):
    IMPORT = "import", "imported file"
    CAMPAIGN = "campaign", "campaign"
    PERSON = "person", "person"


class SourceState(models.TextChoices):
    """unmapped -> loading -> active | failed; failed -> loading again; active -> archived and back.

    All but loading -> undone.
    """

    UNMAPPED = "unmapped", "waits for its columns"
    LOADING = "loading", "loading"
    ACTIVE = "active", "active"
    FAILED = "failed", "failed"
    ARCHIVED = "archived", "archived"
    UNDONE = "undone", "undone"


class Source(Public):
    """Where samples came from. One import can be undone or archived whole."""

    domain = models.ForeignKey(Domain, models.PROTECT, related_name="sources")
    kind = models.CharField(max_length=16, choices=SourceKind)
    state = models.CharField(max_length=16, choices=SourceState, default=SourceState.LOADING)
    name = models.CharField(max_length=200)
    licence = models.CharField(max_length=100, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    size_bytes = models.BigIntegerField(default=0)
    upload = models.CharField(max_length=300, blank=True, help_text="Where the file waits for its import job.")
    container = models.CharField(max_length=8, default="jsonl", help_text="Which kind of file it is.")
    format = models.CharField(max_length=24, blank=True, help_text="Said by a person; else each line tells.")
    columns = models.JSONField(default=list, help_text="The columns of its first rows.")
    mapping = models.JSONField(default=dict, help_text="Which of its columns says what, where a person said so.")
    keep_good_lines = models.BooleanField(
        default=False, help_text="Import the good lines even when others are rejected."
    )
    lines = models.PositiveIntegerField(default=0)
    imported = models.PositiveIntegerField(default=0)
    rejected = models.PositiveIntegerField(default=0)
    job = models.ForeignKey(Job, models.SET_NULL, null=True, blank=True, related_name="+")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["-id"], name="source_newest")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("show_source", args=[self.uuid])

    @property
    def is_stuck(self) -> bool:
        """Whether its import came to an end without a result: stopped by a person, or broken off."""
        return self.state == SourceState.LOADING and (self.job is None or self.job.is_final)

    def move(self, before: SourceState, after: SourceState, **changes: Any) -> bool:
        """Go from one state to another with `changes`; False when somebody moved it first."""
        moved = Source.objects.filter(pk=self.pk, state=before).update(state=after, **changes)
        if moved:
            self.refresh_from_db()
        return bool(moved)


class ImportReject(models.Model):
    """Why one line of an imported file was not taken."""

    source = models.ForeignKey(Source, models.CASCADE, related_name="rejects")
    line = models.PositiveIntegerField()
    code = models.CharField(max_length=32)
    message = models.CharField(max_length=300)
    excerpt = models.CharField(max_length=300, blank=True)
    content = models.TextField(blank=True, help_text="How it stood in the file, to be mended.")

    class Meta:
        ordering = ["source", "line"]
        constraints = [models.UniqueConstraint(fields=["source", "line"], name="one_reject_per_line")]

    def __str__(self) -> str:
        return f"line {self.line}: {self.message}"
