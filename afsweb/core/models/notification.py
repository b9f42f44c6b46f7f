from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from afsweb.core.models.user import Role


class NotificationKind(models.TextChoices):
    """What a person can be told of, and chooses where: in the app, by which of their channels."""

    PEOPLE = "people", "somebody mentions or answers me, or waits for me"
    JOB_FINISHED = "job_finished", "a job of mine has finished that took a minute or more"
    JOB_FAILED = "job_failed", "a job of mine has failed"
    JOB_LOST = "job_lost", "a job of mine lost its machine"
    EVAL_DONE = "eval_done", "an evaluation of mine is done"
    GATE_PASSED = "gate_passed", "a version that I evaluated passes its gate"
    GATE_FAILED = "gate_failed", "a version that I evaluated fails its gate"
    STALLED = "stalled", "a training of mine stands still"
    DISK_LOW = "disk_low", "a machine has little disk space left"
    QUOTA_LOW = "quota_low", "a quota is nearly used up"
    FINDING = "finding", "a check of files and counts found something"

    @property
    def role(self) -> Role:
        """From which role on people are told of it."""
        of_admins = (NotificationKind.DISK_LOW, NotificationKind.QUOTA_LOW, NotificationKind.FINDING)
        return Role.ADMIN if self in of_admins else Role.VIEWER


class Notification(models.Model):
    """Something a person should know: one sentence, the page it is about, and when they read it."""

    at = models.DateTimeField(db_default=Now(), editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notifications")
    kind = models.CharField(max_length=16, choices=NotificationKind, db_default=NotificationKind.PEOPLE)
    key = models.CharField(max_length=100, null=True, blank=True, help_text="What happened: a person is told once.")
    text = models.CharField(max_length=300)
    link = models.CharField(max_length=300, help_text="An address of this site, from / on.")
    is_shown = models.BooleanField(db_default=True, help_text="In the app; else it only goes out by channels.")
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["person", "-id"], name="notification_unread", condition=Q(read_at__isnull=True, is_shown=True)
            ),
            models.Index(fields=["person", "-id"], name="notification_of_person", condition=Q(is_shown=True)),
        ]
        constraints = [
            # Two slashes would lead to another site.
            models.CheckConstraint(
                name="link_stays_on_this_site", condition=Q(link__startswith="/") & ~Q(link__startswith="//")
            ),
            models.UniqueConstraint(
                fields=["person", "key"], name="told_once_for_each_key", condition=Q(key__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return self.text
