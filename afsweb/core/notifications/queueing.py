"""Putting deliveries in the line, and seeing to it that a job comes for them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import Now

from afsweb.core.jobs.enqueue import enqueue, waiting_job
from afsweb.core.models import Channel, Delivery, DeliveryState, Job, JobState, Notification

DELIVER = "core.deliver"


def queue_deliveries(notifications: Iterable[Notification], channels: Mapping[int, Sequence[Channel]]) -> None:
    """One delivery for each living channel of each notification's person (`channels`: by the person's key)."""
    rows = [
        Delivery(notification=one, channel=channel)
        for one in notifications
        for channel in channels.get(one.person_id, ())
        if channel.died_at is None
    ]
    # Two who tell of the same thing at the same moment make the same rows.
    Delivery.objects.bulk_create(rows, ignore_conflicts=True)
    if rows:
        call_deliverer()


def call_deliverer() -> None:
    """Put a job that delivers in the line, unless one waits there already."""
    if waiting_job(DELIVER, {}) is None:
        enqueue(DELIVER, {}, title="Send notifications")


def call_deliverer_if_due() -> None:
    """For the workers' rounds: what is due for a try, or was left on its way, and no job is at it."""
    at_it = Job.objects.filter(kind=DELIVER, state__in=(JobState.QUEUED, JobState.LEASED))
    waits = due().values("pk").union(abandoned().values("pk"))
    if waits.exists() and not at_it.exists():
        call_deliverer()


def due() -> QuerySet[Delivery]:
    """What waits and may be tried now."""
    return Delivery.objects.filter(state=DeliveryState.QUEUED, next_at__lte=Now())


def abandoned() -> QuerySet[Delivery]:
    """What is on its way by a job that is gone: nobody knows whether it arrived."""
    held = Job.objects.filter(state=JobState.LEASED, lease=OuterRef("lease"))
    return Delivery.objects.filter(~Exists(held), state=DeliveryState.SENDING)
