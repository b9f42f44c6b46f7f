from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now


class EventSource(models.TextChoices):
    UI = "ui", "web page"
    ADMIN = "admin", "admin"
    CLI = "cli", "command line"
    JOB = "job", "job"
    GATE = "gate", "gate"


class Event(models.Model):
    """One line of history: who changed what, from what to what, why, which way. Append-only, held by a trigger.

    A purge alone may empty what a line quotes (`history.empty_lines`).
    """

    at = models.DateTimeField(db_default=Now(), editable=False)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, db_index=False)
    source = models.CharField(max_length=8, choices=EventSource)
    verb = models.CharField(max_length=32)
    object_type = models.CharField(max_length=64, help_text="The model's label, such as datasets.sample.")
    object_id = models.BigIntegerField()
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    reason = models.CharField(max_length=300, blank=True)
    batch = models.UUIDField(null=True, blank=True, help_text="Lines that were one action, and are undone as one.")
    job_id = models.UUIDField(null=True, blank=True)
    undoes = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, db_index=False, related_name="undone_by", help_text="Taken back."
    )
    is_part = models.BooleanField(
        default=False, db_default=False, help_text="Its action has a line of its own, which stands for it in lists."
    )

    class Meta:
        indexes = [
            models.Index(fields=["object_type", "object_id", "-id"], name="event_of_object"),
            models.Index(fields=["batch", "object_id"], name="event_batch", condition=Q(batch__isnull=False)),
            models.Index(fields=["actor", "-id"], name="event_of_actor", condition=Q(is_part=False)),
            models.Index(F("id").desc(), name="event_newest", condition=Q(is_part=False)),
            models.Index(fields=["verb", "-id"], name="event_of_verb", condition=Q(is_part=False)),
            models.Index(fields=["at"], name="event_at", condition=Q(is_part=False)),
            models.Index(fields=["undoes"], name="event_undoes", condition=Q(undoes__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.object_type} {self.object_id}"
