"""How deliveries end: sent once, tried again after longer and longer, given up, or unknown; and dead channels."""

from __future__ import annotations

import uuid
from datetime import timedelta
from itertools import pairwise

import pytest
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now
from pytest_django.fixtures import Settings

from afsweb.core.jobs.reconcile import reconcile
from afsweb.core.models import Channel, ChannelKind, Delivery, DeliveryState, Job, JobState, Notification, User
from afsweb.core.notifications import notify, unread
from afsweb.core.notifications.channels import send_test
from afsweb.core.notifications.errors import TestUnderWay
from afsweb.core.notifications.outcomes import LONGEST_WAIT, MOST_TRIES, wait_after
from afsweb.core.notifications.queueing import DELIVER
from tests.notifications.conftest import channel, send_all, the_delivery
from tests.notifications.receiver import Receiver

pytestmark = pytest.mark.django_db


def tell(user: User, text: str = "Look.") -> None:
    notify([user], text, "/samples/")


def waits_for() -> timedelta:
    """How long until the one delivery's next try."""
    left = Delivery.objects.annotate(left=F("next_at") - Now()).values_list("left", flat=True).get()
    assert isinstance(left, timedelta)
    return left


def make_due() -> None:
    Delivery.objects.filter(state=DeliveryState.QUEUED).update(next_at=Now())


def try_again() -> Delivery:
    """The next try of what waits, as the workers' rounds begin it."""
    make_due()
    reconcile()
    send_all()
    return the_delivery()


def test_nothing_is_sent_in_the_transaction_that_tells(receiver: Receiver, viewer: User) -> None:
    channel(viewer, ChannelKind.WEBHOOK, receiver.url)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        tell(viewer)
        raise ZeroDivisionError
    assert receiver.came == []
    assert not Delivery.objects.exists()
    assert not Job.objects.filter(kind=DELIVER).exists()


def test_what_was_sent_is_not_sent_again(receiver: Receiver, viewer: User) -> None:
    channel(viewer, ChannelKind.WEBHOOK, receiver.url)
    tell(viewer)
    job = send_all()
    assert job.result == {"sent": 1}
    make_due()
    reconcile()
    assert not Job.objects.filter(kind=DELIVER, state=JobState.QUEUED).exists()
    assert len(receiver.came) == 1


def test_one_job_comes_for_many(receiver: Receiver, viewer: User) -> None:
    channel(viewer, ChannelKind.WEBHOOK, receiver.url)
    for number in range(5):
        tell(viewer, f"number {number}")
    assert Job.objects.filter(kind=DELIVER).count() == 1
    send_all()
    assert [came.json["data"]["text"] for came in receiver.came] == [f"number {number}" for number in range(5)]


def test_a_failure_is_tried_again_with_the_same_id_until_it_arrives(receiver: Receiver, viewer: User) -> None:
    channel(viewer, ChannelKind.WEBHOOK, receiver.url)
    receiver.status = 500
    tell(viewer)
    send_all()
    delivery = the_delivery()
    assert (delivery.state, delivery.tries, delivery.last_error) == (DeliveryState.QUEUED, 1, "It answered 500.")
    assert delivery.channel.failing_since
    assert timedelta(seconds=20) < waits_for() <= timedelta(seconds=30)
    receiver.status = 200
    delivery = try_again()
    assert (delivery.state, delivery.tries, delivery.last_error) == (DeliveryState.SENT, 2, "")
    assert (delivery.channel.failing_since, delivery.channel.last_error) == (None, "")
    assert len({came.headers["webhook-id"] for came in receiver.came}) == 1


def test_each_wait_is_four_times_the_one_before_up_to_the_longest() -> None:
    waits = [wait_after(tries) for tries in range(1, MOST_TRIES)]
    assert waits[0] == timedelta(seconds=30)
    assert all(later == min(4 * earlier, LONGEST_WAIT) for earlier, later in pairwise(waits))
    assert sum(waits, timedelta()) > timedelta(hours=12)


@pytest.mark.parametrize("asked, least", [("120", 100), ("999999", 3500), ("soon", 20), ("-5", 20)])
def test_a_receiver_may_ask_for_time(receiver: Receiver, viewer: User, asked: str, least: int) -> None:
    channel(viewer, ChannelKind.DISCORD, receiver.url)
    receiver.status, receiver.headers = 429, {"Retry-After": asked}
    tell(viewer)
    send_all()
    assert timedelta(seconds=least) < waits_for() <= timedelta(hours=1)


def test_a_deaf_receiver_is_asked_once_for_all_that_waits(receiver: Receiver, viewer: User) -> None:
    channel(viewer, ChannelKind.WEBHOOK, receiver.url)
    receiver.status = 503
    for _ in range(4):
        tell(viewer)
    send_all()
    assert len(receiver.came) == 1
    assert not Delivery.objects.filter(next_at__lte=Now()).exists()


def test_after_the_last_try_the_channel_is_dead_and_the_app_says_so(receiver: Receiver, viewer: User) -> None:
    one = channel(viewer, ChannelKind.WEBHOOK, receiver.url)
    viewer.not_in_app = ["people"]
    receiver.status = 500
    tell(viewer, "told elsewhere alone")
    assert not unread(viewer).exists()
    send_all()
    Delivery.objects.update(tries=MOST_TRIES - 1)
    assert try_again().state == DeliveryState.FAILED
    one.refresh_from_db()
    assert one.died_at
    texts = list(unread(viewer).order_by("pk").values_list("text", flat=True))
    assert texts == ["told elsewhere alone", "“webhook” takes no notifications any more: It answered 500."]


@pytest.mark.parametrize("status", [404, 410, 301])
def test_what_can_never_arrive_is_tried_once(receiver: Receiver, viewer: User, status: int) -> None:
    channel(viewer, ChannelKind.WEBHOOK, receiver.url)
    receiver.status = status
    tell(viewer, "one")
    tell(viewer, "two")
    send_all()
    assert set(Delivery.objects.values_list("state", flat=True)) == {DeliveryState.FAILED}
    assert len(receiver.came) == 1
    assert Channel.objects.get().died_at


def test_nothing_more_is_sent_by_a_dead_channel_and_the_app_takes_its_place(receiver: Receiver, viewer: User) -> None:
    channel(viewer, ChannelKind.WEBHOOK, receiver.url)
    Channel.objects.update(died_at=Now())
    viewer.not_in_app = ["people"]
    tell(viewer)
    assert not Delivery.objects.exists()
    assert unread(viewer).count() == 1


def test_a_test_that_arrives_brings_a_dead_channel_back(receiver: Receiver, viewer: User) -> None:
    one = channel(viewer, ChannelKind.WEBHOOK, receiver.url)
    Channel.objects.update(died_at=Now(), failing_since=Now(), last_error="It answered 500.")
    send_test(one)
    send_all()
    one.refresh_from_db()
    assert (one.died_at, one.failing_since, one.last_error) == (None, None, "")
    assert "it works" in receiver.came[0].json["data"]["text"]
    assert not unread(viewer).exists()


def test_a_test_is_tried_once_and_kills_no_channel(receiver: Receiver, viewer: User) -> None:
    one = channel(viewer, ChannelKind.WEBHOOK, receiver.url)
    receiver.status = 500
    send_test(one)
    with pytest.raises(TestUnderWay):
        send_test(one)
    send_all()
    assert the_delivery().state == DeliveryState.FAILED
    one.refresh_from_db()
    assert (one.died_at, one.last_error) == (None, "It answered 500.")


def test_an_answer_that_never_came_is_repeated_where_the_receiver_can_tell(receiver: Receiver, viewer: User) -> None:
    channel(viewer, ChannelKind.WEBHOOK, receiver.url)
    receiver.hangs_up = True
    tell(viewer)
    send_all()
    assert the_delivery().state == DeliveryState.QUEUED


@pytest.mark.parametrize("kind", [ChannelKind.SLACK, ChannelKind.DISCORD])
def test_an_answer_that_never_came_is_unknown_where_it_cannot(
    receiver: Receiver, viewer: User, kind: ChannelKind
) -> None:
    channel(viewer, kind, receiver.url)
    receiver.hangs_up = True
    tell(viewer)
    send_all()
    assert the_delivery().state == DeliveryState.UNKNOWN
    reconcile()
    assert not Job.objects.filter(kind=DELIVER, state=JobState.QUEUED).exists()


@pytest.mark.parametrize(
    "kind, state", [(ChannelKind.WEBHOOK, DeliveryState.SENT), (ChannelKind.SLACK, DeliveryState.UNKNOWN)]
)
def test_what_a_lost_job_was_sending_is_seen_to(
    receiver: Receiver, viewer: User, kind: ChannelKind, state: DeliveryState
) -> None:
    channel(viewer, kind, receiver.url)
    tell(viewer)
    Job.objects.filter(kind=DELIVER).delete()
    Delivery.objects.update(state=DeliveryState.SENDING, lease=uuid.uuid4(), tries=1)
    reconcile()
    send_all()
    assert the_delivery().state == state


def test_a_waiting_delivery_without_a_job_gets_one_by_the_rounds(receiver: Receiver, viewer: User) -> None:
    channel(viewer, ChannelKind.WEBHOOK, receiver.url)
    tell(viewer)
    Job.objects.filter(kind=DELIVER).delete()
    reconcile()
    reconcile()
    assert Job.objects.filter(kind=DELIVER).count() == 1


def test_with_another_key_of_the_fields_it_waits_for_the_right_one(
    receiver: Receiver, viewer: User, settings: Settings
) -> None:
    channel(viewer, ChannelKind.WEBHOOK, receiver.url)
    tell(viewer)
    settings.FIELD_KEY = ""
    send_all()
    assert the_delivery().state == DeliveryState.QUEUED
    assert the_delivery().last_error.startswith("AFS_FIELD_KEY is not set")
    assert the_delivery().tries == 0, "a machine that cannot send is no reason to give a channel up"
    assert timedelta(minutes=4) < waits_for() <= timedelta(minutes=5)


def test_a_key_tells_each_person_once_by_each_channel(receiver: Receiver, viewer: User, reviewer: User) -> None:
    channel(viewer, ChannelKind.WEBHOOK, receiver.url)
    for people in ([viewer], [viewer, reviewer], [viewer]):
        notify(people, "The disk is full.", "/hosts/", key="disk:1")
    assert Notification.objects.count() == 2
    send_all()
    assert len(receiver.came) == 1
    notify([viewer], "Another one.", "/hosts/", key="disk:2")
    assert Delivery.objects.count() == 2
