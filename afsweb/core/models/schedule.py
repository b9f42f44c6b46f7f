from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.urls import reverse

from afsweb.core.models.host import Host
from afsweb.core.models.job import Job
from afsweb.core.models.public import Public


class Schedule(Public):
    """Work that the house does by itself: a job kind, and when. `next_at` moves on in the transaction of its job."""

    name = models.CharField(max_length=100, unique=True)
    purpose = models.CharField(max_length=200, blank=True, help_text="What it is for, in a sentence.")
    kind = models.CharField(max_length=64, help_text="A job kind, such as upkeep.catalogue.")
    params = models.JSONField(default=dict, blank=True)
    cron = models.CharField(
        max_length=100, help_text="Minute, hour, day of the month, month, day of the week: 0 3 * * * is 3 o'clock."
    )
    time_zone = models.CharField(max_length=64, default="UTC", help_text="Such as Europe/Vienna.")
    host = models.ForeignKey(
        Host, models.PROTECT, null=True, blank=True, related_name="+", help_text="Who does it; any machine if empty."
    )
    is_enabled = models.BooleanField(default=True)
    next_at = models.DateTimeField(null=True, blank=True, editable=False)
    last_job = models.ForeignKey(Job, models.SET_NULL, null=True, blank=True, editable=False, related_name="+")
    problem = models.CharField(max_length=300, blank=True, editable=False, help_text="Why it was switched off.")

    class Meta:
        indexes = [models.Index(fields=["next_at"], name="schedule_due", condition=Q(is_enabled=True))]
        constraints = [
            models.CheckConstraint(
                name="an_enabled_schedule_has_its_time", condition=Q(is_enabled=False) | Q(next_at__isnull=False)
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("show_schedule", args=[self.uuid])

    @property
    def is_busy(self) -> bool:
        """Whether its last job waits or runs."""
        return self.last_job is not None and not self.last_job.is_final


class ScheduledRun(models.Model):
    """One time at which a schedule was due, or a person asked for it, and the job that came of it.

    The constraint is what holds "one run for each due time", whoever looks and whatever crashes.
    """

    schedule = models.ForeignKey(Schedule, models.CASCADE, related_name="runs")
    at = models.DateTimeField(db_default=Now(), editable=False)
    due_at = models.DateTimeField(null=True, blank=True, help_text="None: a person asked.")
    # With its job it goes: a look that found nothing leaves no trace.
    job = models.ForeignKey(Job, models.CASCADE, null=True, blank=True, related_name="+")
    note = models.CharField(max_length=200, blank=True, help_text="Why no job came of it.")

    class Meta:
        indexes = [models.Index(fields=["schedule", "-id"], name="scheduled_run_newest")]
        constraints = [models.UniqueConstraint(fields=["schedule", "due_at"], name="one_run_per_due_time")]

    def __str__(self) -> str:
        return f"{self.schedule_id} at {self.due_at or self.at}"
