"""What becomes of a delivery and of its channel after a try. Each is called in a transaction of the job's lease."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import F
from django.db.models.functions import Coalesce, Now
from django.urls import reverse

from afsweb.core.jobs.text import storable
from afsweb.core.models import Channel, ChannelKind, Delivery, DeliveryState, Notification
from afsweb.core.notifications.errors import NotDelivered
from afsweb.core.notifications.queueing import abandoned

FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(hours=6)
MOST_TRIES = 8
"""30 s, 2 min, 8 min, 32 min, 2 h and twice 6 h after the one before: a receiver may be down for half a day."""
OUR_WAIT = 300.0
"""Seconds after which is tried again what this machine could not send: another may, or it may by then. Not counted."""
UNANSWERED = "Its sender was lost before the answer came; it may have arrived."


def keep_sent(delivery: Delivery) -> str:
    """It arrived: its channel lives, whatever was thought of it."""
    _end(delivery, DeliveryState.SENT, last_error="", sent_at=Now())
    Channel.objects.filter(pk=delivery.channel_id).update(failing_since=None, last_error="", died_at=None)
    return DeliveryState.SENT


def keep_failure(delivery: Delivery, failure: NotDelivered) -> str:
    """It did not arrive, or may have: tried again, given up, or left as unknown. Returns its state."""
    reason = storable(str(failure))[:300]
    _note_trouble(delivery.channel, reason)
    if failure.is_unknown and not ChannelKind(delivery.channel.kind).is_repeatable:
        _end(delivery, DeliveryState.UNKNOWN, last_error=reason)
        return DeliveryState.UNKNOWN
    if failure.is_ours and not delivery.is_test:
        Delivery.objects.filter(pk=delivery.pk).update(tries=F("tries") - 1)
        _try_later(delivery, reason, OUR_WAIT)
        return DeliveryState.QUEUED
    if failure.is_final or delivery.is_test or delivery.tries >= MOST_TRIES:
        _end(delivery, DeliveryState.FAILED, last_error=reason)
        if failure.is_final or not delivery.is_test:
            _bury(delivery, reason)
        return DeliveryState.FAILED
    _try_later(delivery, reason, failure.after)
    return DeliveryState.QUEUED


def wait_after(tries: int, asked: float | None = None) -> timedelta:
    """How long to wait after so many tries: four times as long each time, and no less than the receiver asked for."""
    factor: int = 4 ** (tries - 1)
    wait = min(FIRST_WAIT * factor, LONGEST_WAIT)
    return max(wait, timedelta(seconds=asked or 0))


def settle_abandoned() -> None:
    """What lost jobs had on its way: repeated where its receiver can tell, else nobody knows."""
    rows = abandoned()
    rows.filter(channel__kind__in=[kind for kind in ChannelKind if kind.is_repeatable]).update(
        state=DeliveryState.QUEUED, lease=None, next_at=Now()
    )
    rows.update(state=DeliveryState.UNKNOWN, lease=None, last_error=UNANSWERED)


def _try_later(delivery: Delivery, reason: str, asked: float | None) -> None:
    """Queue it again; what else waits for this channel waits as long, or a deaf receiver would cost a time-out each."""
    next_at = Now() + wait_after(delivery.tries, asked)
    _end(delivery, DeliveryState.QUEUED, last_error=reason, next_at=next_at)
    others = Delivery.objects.filter(channel=delivery.channel_id, state=DeliveryState.QUEUED, is_test=False)
    others.filter(next_at__lt=next_at).update(next_at=next_at)


def _note_trouble(channel: Channel, reason: str) -> None:
    Channel.objects.filter(pk=channel.pk).update(last_error=reason, failing_since=Coalesce("failing_since", Now()))


def _bury(delivery: Delivery, reason: str) -> None:
    """Send nothing by its channel any more; say so in the app, and show there what does not go out."""
    channel = delivery.channel
    waiting = Delivery.objects.filter(channel=channel, state=DeliveryState.QUEUED)
    lost = [delivery.notification_id, *waiting.values_list("notification", flat=True)]
    Notification.objects.filter(pk__in=lost).exclude(deliveries__is_test=True).update(is_shown=True)
    waiting.update(state=DeliveryState.FAILED, last_error=reason)
    if Channel.objects.filter(pk=channel.pk, died_at=None).update(died_at=Now()):
        text = f"“{channel.name}” takes no notifications any more: {reason}"[:300]
        Notification.objects.create(person=channel.person, text=text, link=reverse("edit_notifications"))


def _end(delivery: Delivery, state: DeliveryState, **changes: object) -> None:
    Delivery.objects.filter(pk=delivery.pk).update(state=state, lease=None, **changes)
