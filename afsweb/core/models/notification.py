from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now


class Notification(models.Model):
    """Something a person should know: one sentence, the page it is about, and when they read it."""

    at = models.DateTimeField(db_default=Now(), editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notifications")
    text = models.CharField(max_length=300)
    link = models.CharField(max_length=300, help_text="An address of this site, from / on.")
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["person", "-id"], name="notification_unread", condition=Q(read_at__isnull=True)),
            models.Index(fields=["person", "-id"], name="notification_of_person"),
        ]
        constraints = [
            # Two slashes would lead to another site.
            models.CheckConstraint(
                name="link_stays_on_this_site", condition=Q(link__startswith="/") & ~Q(link__startswith="//")
            )
        ]

    def __str__(self) -> str:
        return self.text
