"""What a webhook gets: our own form with a signature, Slack's, Discord's; by a real request to a real receiver."""

from __future__ import annotations

import pytest
import standardwebhooks
from django.utils import timezone

from afsweb.core.models import Channel, ChannelKind, Delivery, DeliveryState, Notification, NotificationKind, User
from afsweb.core.notifications import notify
from afsweb.core.notifications.channels import add_channel
from tests.notifications.conftest import channel, send_all, the_delivery
from tests.notifications.receiver import Receiver

pytestmark = pytest.mark.django_db
LINK = "/samples/?state=pending"


def test_our_own_says_what_happened_and_where(receiver: Receiver, viewer: User) -> None:
    channel(viewer, ChannelKind.WEBHOOK, receiver.url)
    notify([viewer], "ann mentioned you", LINK)
    send_all()
    (came,) = receiver.came
    told, delivery = Notification.objects.get(), the_delivery()
    assert delivery.state == DeliveryState.SENT
    assert came.headers["content-type"] == "application/json"
    assert came.json == {
        "type": "people",
        "timestamp": told.at.isoformat(),
        "id": str(delivery.uuid),
        "data": {"text": "ann mentioned you", "url": f"https://hub.example{LINK}"},
    }


def test_a_library_of_the_standard_finds_the_signature_good(receiver: Receiver, viewer: User) -> None:
    added = add_channel(viewer, ChannelKind.WEBHOOK, "mine", receiver.url)
    assert added.secret
    Channel.objects.update(kinds=["people"])
    notify([viewer], "Größe: “2”", LINK)
    send_all()
    (came,) = receiver.came
    checker = standardwebhooks.Webhook(added.secret)
    checker.verify(came.body, came.headers)
    assert abs(int(came.headers["webhook-timestamp"]) - timezone.now().timestamp()) < 60
    for body, headers in (
        (came.body + b" ", came.headers),
        (came.body, came.headers | {"webhook-timestamp": str(int(came.headers["webhook-timestamp"]) + 1)}),
        (came.body, came.headers | {"webhook-id": "msg_another"}),
    ):
        with pytest.raises(standardwebhooks.WebhookVerificationError):
            checker.verify(body, headers)


def test_slack_and_discord_get_their_own_forms_without_a_signature(receiver: Receiver, viewer: User) -> None:
    for kind in (ChannelKind.SLACK, ChannelKind.DISCORD):
        channel(viewer, kind, receiver.url)
    notify([viewer], "a < b & <!channel> @everyone", LINK)
    send_all()
    slack, discord = (came.json for came in receiver.came)
    assert slack == {"text": f"a &lt; b &amp; &lt;!channel&gt; @everyone\nhttps://hub.example{LINK}"}
    assert discord["content"].startswith("a < b & <!channel> @everyone\nhttps://hub.example")
    assert discord["allowed_mentions"] == {"parse": []}
    assert not any("webhook-signature" in came.headers for came in receiver.came)


def test_address_and_secret_are_not_in_the_database_in_clear(receiver: Receiver, viewer: User) -> None:
    added = add_channel(viewer, ChannelKind.WEBHOOK, "mine", receiver.url)
    row = Channel.objects.get()
    assert row.address is not None and row.secret is not None and added.secret
    assert b"127.0.0.1" not in bytes(row.address)
    assert added.secret.encode() not in bytes(row.secret)


@pytest.mark.parametrize(
    "kind, kinds, came", [("job_failed", ["job_failed"], 1), ("job_failed", ["people"], 0), ("people", [], 0)]
)
def test_a_channel_tells_of_what_was_chosen(
    receiver: Receiver, viewer: User, kind: str, kinds: list[str], came: int
) -> None:
    channel(viewer, ChannelKind.WEBHOOK, receiver.url, kinds)
    notify([viewer], "Look.", LINK, kind=NotificationKind(kind))
    assert Delivery.objects.count() == came


def test_nobody_gets_what_is_for_another(receiver: Receiver, viewer: User, reviewer: User) -> None:
    channel(viewer, ChannelKind.WEBHOOK, receiver.url)
    notify([reviewer], "Look.", LINK)
    assert not Delivery.objects.exists()
