from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
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
    seen_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("show_host", args=[self.uuid])
