from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from afsweb.core.models.notification import Notification
from afsweb.core.models.public import Public


class ChannelKind(models.TextChoices):
    EMAIL = "email", "e-mail"
    WEBHOOK = "webhook", "webhook"
    SLACK = "slack", "Slack"
    DISCORD = "discord", "Discord"

    @property
    def is_repeatable(self) -> bool:
        """Whether what may have arrived can be sent again: the signed webhook's id lets its receiver drop a second."""
        return self == ChannelKind.WEBHOOK


class Channel(Public):
    """A way out of the app to one person: their e-mail address, or a webhook. Its address and secret are encrypted."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="channels")
    kind = models.CharField(max_length=8, choices=ChannelKind)
    name = models.CharField(max_length=60)
    address = models.BinaryField(null=True, help_text="Of a webhook, encrypted; e-mail goes where the profile says.")
    secret = models.BinaryField(null=True, help_text="What a webhook is signed with, encrypted.")
    kinds = ArrayField(models.CharField(max_length=16), default=list, blank=True, help_text="What it is told of.")
    failing_since = models.DateTimeField(null=True, blank=True)
    last_error = models.CharField(max_length=300, blank=True)
    died_at = models.DateTimeField(null=True, blank=True, help_text="Nothing is sent any more until a test arrives.")
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "name"], name="one_channel_of_a_name"),
            models.UniqueConstraint(
                fields=["person"], name="one_channel_by_email", condition=Q(kind=ChannelKind.EMAIL)
            ),
            models.CheckConstraint(
                name="webhooks_have_an_address", condition=Q(kind=ChannelKind.EMAIL) | Q(address__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return self.name


class DeliveryState(models.TextChoices):
    """queued -> sending -> sent | failed | unknown; what failed and can be tried again is queued once more."""

    QUEUED = "queued", "waiting"
    SENDING = "sending", "on its way"
    SENT = "sent", "sent"
    FAILED = "failed", "failed"
    UNKNOWN = "unknown", "unknown"

    @classmethod
    def open(cls) -> tuple[DeliveryState, ...]:
        """Those that are not the end."""
        return cls.QUEUED, cls.SENDING


class Delivery(Public):
    """One notification on its way through one channel. Its uuid is the same in every try, so a receiver knows it."""

    notification = models.ForeignKey(Notification, models.CASCADE, related_name="deliveries")
    channel = models.ForeignKey(Channel, models.CASCADE, related_name="deliveries", db_index=False)
    state = models.CharField(max_length=8, choices=DeliveryState, default=DeliveryState.QUEUED)
    is_test = models.BooleanField(default=False)
    tries = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(db_default=Now(), help_text="When the next try is due.")
    lease = models.UUIDField(null=True, blank=True, help_text="Of the job that is sending it.")
    last_error = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "deliveries"
        indexes = [
            models.Index(fields=["next_at"], name="delivery_due", condition=Q(state=DeliveryState.QUEUED)),
            models.Index(fields=["lease"], name="delivery_on_its_way", condition=Q(state=DeliveryState.SENDING)),
            models.Index(fields=["channel", "-id"], name="delivery_of_channel"),
        ]
        constraints = [models.UniqueConstraint(fields=["notification", "channel"], name="delivered_once_by_a_channel")]

    def __str__(self) -> str:
        return f"{self.notification} by {self.channel}"
