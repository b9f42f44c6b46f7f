from __future__ import annotations

from django.db import models
from django.db.models import Q

from afsweb.core.models.endpoint import Endpoint, EndpointPrice
from afsweb.core.models.job import Job
from afsweb.core.models.public import Public


class CallState(models.TextChoices):
    SENT = "sent", "sent"
    OK = "ok", "answered"
    FAILED = "failed", "failed"
    UNKNOWN = "unknown", "unknown: no answer came"


class Call(Public):
    """One paid request to a provider, committed before it is sent and never silently sent again."""

    endpoint = models.ForeignKey(Endpoint, models.PROTECT, related_name="calls")
    job = models.ForeignKey(Job, models.SET_NULL, null=True, blank=True, related_name="calls")
    purpose = models.CharField(max_length=64)
    key = models.CharField(
        max_length=200, unique=True, help_text="What the call is for; the same work has the same key."
    )
    request_sha256 = models.CharField(max_length=64)
    state = models.CharField(max_length=16, choices=CallState, default=CallState.SENT)
    price = models.ForeignKey(EndpointPrice, models.PROTECT, null=True, blank=True)
    reserved_cost = models.DecimalField(max_digits=14, decimal_places=8, default=0)
    cost = models.DecimalField(max_digits=14, decimal_places=8, null=True, blank=True)
    input_tokens = models.PositiveIntegerField(null=True, blank=True)
    output_tokens = models.PositiveIntegerField(null=True, blank=True)
    thinking_tokens = models.PositiveIntegerField(null=True, blank=True)
    cached_tokens = models.PositiveIntegerField(null=True, blank=True)
    finish_reason = models.CharField(max_length=32, blank=True)
    answer = models.TextField(blank=True)
    error = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["job"], name="call_open", condition=Q(state=CallState.SENT)),
            models.Index(fields=["endpoint", "created_at"], name="call_recent"),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} to {self.endpoint_id}: {self.state}"
