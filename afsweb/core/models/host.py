from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now
from django.urls import reverse

from afsweb.core.models.public import Public


class HostState(models.TextChoices):
    ACTIVE = "active", "active"
    DRAINING = "draining", "draining"
    REVOKED = "revoked", "revoked"


class Host(Public):
    """A machine that does jobs. Its workers come and go; the row stays."""

    name = models.CharField(max_length=100, unique=True)
    state = models.CharField(max_length=16, choices=HostState, default=HostState.ACTIVE)
    platform = models.CharField(max_length=100, blank=True)
    python_version = models.CharField(max_length=32, blank=True)
    code_version = models.CharField(max_length=64, blank=True)
    queues = ArrayField(models.CharField(max_length=32), default=list, blank=True)
    gpus = models.JSONField(default=list, blank=True)
    gpu_slots = models.PositiveSmallIntegerField(default=1)
    disk_free_bytes = models.BigIntegerField(null=True, blank=True)
    disk_total_bytes = models.BigIntegerField(null=True, blank=True)
    findings = models.JSONField(default=list, blank=True, help_text="What `afs doctor` found there.")
    checked_at = models.DateTimeField(null=True, blank=True)
    joined_at = models.DateTimeField(null=True, blank=True, help_text="Empty for the hub itself.")
    may_use_keys = models.BooleanField(
        default=False, help_text="Whether it was given what provider keys are read with."
    )
    token_sha256 = models.CharField(
        max_length=64, null=True, blank=True, unique=True, editable=False, help_text="Of what it shows to the hub."
    )
    seen_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("show_host", args=[self.uuid])

    @property
    def account(self) -> str:
        """What its role in Postgres and its user in Valkey are called."""
        return f"afs_host_{self.uuid.hex}"

    @property
    def faults(self) -> list[dict[str, str]]:
        """What the doctor found wrong there."""
        return [finding for finding in self.findings if finding["level"] in ("bad", "warn")]

    @property
    def worst_first(self) -> list[dict[str, str]]:
        """What the doctor found there, with what is to be put right before what is well."""
        order = ("bad", "warn", "ok", "skipped")
        return sorted(self.findings, key=lambda finding: order.index(finding["level"]))

    @property
    def worst(self) -> str:
        """How bad the worst of its faults is."""
        return "bad" if any(fault["level"] == "bad" for fault in self.faults) else "warn"


class HostInvite(models.Model):
    """Lets one machine join under a name: within an hour, once. Only the sha256 of its token is kept."""

    host_name = models.CharField(max_length=100)
    may_use_keys = models.BooleanField(default=False)
    token_sha256 = models.CharField(max_length=64, unique=True, editable=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    used_at = models.DateTimeField(null=True, blank=True)
    host = models.ForeignKey(Host, models.PROTECT, null=True, blank=True, related_name="invites")

    def __str__(self) -> str:
        return f"invitation of {self.host_name}"


class Installation(models.Model):
    """The version of afsweb that last brought this database up to date: one row."""

    code_version = models.CharField(max_length=64)

    def __str__(self) -> str:
        return self.code_version
