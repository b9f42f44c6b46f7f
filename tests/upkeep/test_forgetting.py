"""What only grows is forgotten when it is old; what says what happened is not."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db.models.functions import Now

from afsweb.core.jobs.enqueue import enqueue
from afsweb.core.models import (
    CataloguePoint,
    Channel,
    ChannelKind,
    Delivery,
    DeliveryState,
    GpuReading,
    Job,
    JobState,
    Notification,
    Schedule,
    ScheduledRun,
    Session,
    Subject,
    User,
)
from afsweb.upkeep import forgetting
from afsweb.upkeep.forgetting import FORGET
from tests.rows import run_job

pytestmark = pytest.mark.django_db


def forget() -> dict[str, int]:
    job = enqueue(FORGET, {}, title="Forget")
    run_job(job)
    assert job.state == JobState.SUCCEEDED
    return {name: count for name, count in job.result.items() if count}


def add_delivery(person: User, state: DeliveryState, days: int) -> Delivery:
    channel, _ = Channel.objects.get_or_create(person=person, kind=ChannelKind.EMAIL, name="post")
    told = Notification.objects.create(person=person, text="something", link="/")
    return Delivery.objects.create(
        notification=told, channel=channel, state=state, created_at=Now() - timedelta(days=days)
    )


def test_deliveries_that_are_over_go_after_ninety_days_and_their_notifications_stay(viewer: User) -> None:
    add_delivery(viewer, DeliveryState.SENT, 91)
    kept = [add_delivery(viewer, DeliveryState.SENT, 89), add_delivery(viewer, DeliveryState.QUEUED, 91)]
    assert forget() == {"deliveries": 1}
    assert list(Delivery.objects.order_by("pk")) == kept
    assert Notification.objects.count() == 3


def test_log_ins_that_ran_out_go(viewer: User) -> None:
    for key, days in (("over", -1), ("open", 1)):
        Session.objects.create(session_key=key, session_data="", expire_date=Now() + timedelta(days=days), user=viewer)
    assert forget() == {"sessions": 1}
    assert Session.objects.get().session_key == "open"


def test_readings_and_runs_of_schedules_go_after_ninety_days(db: None) -> None:
    job = enqueue(FORGET, {}, title="Forget")
    schedule = Schedule.objects.create(name="Forgetting", kind=FORGET, cron="0 4 * * *", next_at=Now())
    for days in (91, 89):
        at = Now() - timedelta(days=days)
        GpuReading.objects.create(job=job, at=at, gpu=0)
        ScheduledRun.objects.create(schedule=schedule, at=at, job=job)
    Job.objects.filter(pk=job.pk).update(state=JobState.CANCELLED)
    assert forget() == {"gpu_readings": 1, "scheduled_runs": 1}
    assert Job.objects.filter(pk=job.pk).exists()


def test_the_curves_of_the_catalogue_look_back_two_years(db: None) -> None:
    for days in (731, 100):
        CataloguePoint.objects.create(
            at=Now() - timedelta(days=days), subject=Subject.SNAPSHOT, count=1, size_bytes=1, seen_in=uuid4()
        )
    assert forget() == {"catalogue_points": 1}


def test_many_go_bit_by_bit(viewer: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forgetting, "BATCH", 2)
    for _ in range(5):
        add_delivery(viewer, DeliveryState.FAILED, 100)
    assert forget() == {"deliveries": 5}
    assert forget() == {}
