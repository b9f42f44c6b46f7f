from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from afsweb.core.models import Public
from datasets_app.models.sample import Sample, SampleVersion


class Resolution(models.TextChoices):
    """What became of a finding. “removed”: a later version of the sample is without it; this one still has it."""

    OPEN = "", "open"
    FALSE_ALARM = "false_alarm", "false alarm"
    ALLOWED = "allowed", "allowed"
    REMOVED = "removed", "removed by an edit"


# Only a person's word makes a text fit to go out: an edit that took a secret away may be undone, and a snapshot may
# hold the text from before it.
HELD_BACK = Q(how__in=(Resolution.OPEN, Resolution.REMOVED))


class SecretFinding(Public):
    """Something in one text that looks like a secret or like personal data; while nobody let it pass, it stays in.

    The secret itself is nowhere here: `digest` is keyed by this installation, so that the same secret is recognised
    and nobody can look it up elsewhere, and `excerpt` shows its first characters.
    """

    sample = models.ForeignKey(Sample, models.CASCADE, related_name="secrets", db_index=False)
    version = models.ForeignKey(SampleVersion, models.CASCADE, related_name="secrets", db_index=False)
    field = models.CharField(max_length=16, help_text="As in comments: a field, or turn-1 and so on.")
    line = models.PositiveIntegerField(help_text="From 1 in that field.")
    kind = models.CharField(max_length=32)
    excerpt = models.CharField(max_length=60)
    digest = models.CharField(max_length=64, help_text="HMAC-SHA256 of the secret under this installation's key.")
    found_at = models.DateTimeField(db_default=Now(), editable=False)
    how = models.CharField(max_length=16, choices=Resolution, default=Resolution.OPEN, blank=True)
    for_all = models.BooleanField(default=False, help_text="Equal ones that are found later pass too.")
    resolved_at = models.DateTimeField(null=True, blank=True)
    resolved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )

    class Meta:
        indexes = [
            models.Index(F("id").desc(), name="secret_held_back", condition=HELD_BACK),
            models.Index(fields=["digest"], name="secret_equal"),
            models.Index(fields=["sample", "version"], name="secret_of_sample"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["version", "field", "kind", "digest"], name="a_secret_once_per_field"),
            models.CheckConstraint(
                name="resolved_secret_says_when",
                condition=Q(how=Resolution.OPEN, resolved_at__isnull=True)
                | (~Q(how=Resolution.OPEN) & Q(resolved_at__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} in {self.version_id}"


class SecretScan(models.Model):
    """That a text was looked through, and by which edition of the detectors: apart, or its wide row were rewritten."""

    version = models.OneToOneField(SampleVersion, models.CASCADE, primary_key=True, related_name="secret_scan")
    edition = models.PositiveSmallIntegerField()

    def __str__(self) -> str:
        return f"look through {self.version_id}"
