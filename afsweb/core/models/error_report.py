from __future__ import annotations

from django.db import models
from django.db.models.functions import Now


class ErrorReport(models.Model):
    """An error that no part of the program expected, counted by the place in the code where it arose."""

    place = models.CharField(max_length=200, help_text="Module, function and line of ours that it came through last.")
    kind = models.CharField(max_length=100, help_text="The exception's type, or the logger of a line without one.")
    message = models.CharField(max_length=1000)
    traceback = models.TextField(blank=True)
    about = models.CharField(max_length=200, blank=True, help_text="The view or the kind of job, the last time.")
    request = models.CharField(max_length=64, blank=True, help_text="Its id in the logs, the last time.")
    job = models.UUIDField(null=True, blank=True)
    host = models.CharField(max_length=100, blank=True)
    count = models.PositiveBigIntegerField(default=1)
    first_at = models.DateTimeField(db_default=Now())
    last_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["place", "kind"], name="one_report_of_a_place")]
        indexes = [models.Index(fields=["-last_at"], name="error_newest")]

    def __str__(self) -> str:
        return f"{self.kind} at {self.place}"
