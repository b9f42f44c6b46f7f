from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from afsweb.core.models.artifact import Artifact
from afsweb.core.models.host import Host
from afsweb.core.models.job import Job
from afsweb.core.models.public import Public


class Finding(Public):
    """Something stored that is not as it should be, and what to do. Settled when a later check finds it right."""

    check_name = models.CharField(max_length=48, help_text="Which check found it.")
    key = models.CharField(max_length=200, help_text="What it is about, for the check.")
    text = models.CharField(max_length=500)
    advice = models.CharField(max_length=500)
    url = models.CharField(max_length=300, blank=True)
    seen_at = models.DateTimeField(db_default=Now(), help_text="When a check found it last.")
    settled_at = models.DateTimeField(null=True, blank=True)
    job = models.ForeignKey(Job, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        indexes = [models.Index(F("id").desc(), name="finding_open", condition=Q(settled_at__isnull=True))]
        constraints = [
            models.UniqueConstraint(
                fields=["check_name", "key"], name="one_open_finding_per_key", condition=Q(settled_at__isnull=True)
            )
        ]

    def __str__(self) -> str:
        return self.text


class ArtifactCheck(models.Model):
    """When an artifact's files were last read and compared on one machine. The oldest check is the next to be done."""

    artifact = models.ForeignKey(Artifact, models.CASCADE, related_name="checks")
    host = models.ForeignKey(Host, models.CASCADE, related_name="+")
    at = models.DateTimeField(db_default=Now())
    is_whole = models.BooleanField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["artifact", "host"], name="one_check_per_host")]

    def __str__(self) -> str:
        return f"{self.artifact_id} on {self.host_id} at {self.at}"
