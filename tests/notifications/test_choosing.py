"""A person's page of channels: what is told where, adding, testing and deleting; nobody touches another's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from afsweb.core.models import Channel, ChannelKind, Delivery, DeliveryState, Event, NotificationKind, Role, User
from afsweb.core.notifications import notify, unread
from afsweb.core.notifications.channels import MOST, add_channel, choose
from afsweb.core.notifications.errors import ChannelNamedSo, TooManyChannels
from tests.notifications.conftest import channel, send_all
from tests.notifications.receiver import Receiver

pytestmark = pytest.mark.django_db
ClientAs = Callable[[Any], Client]
PAGE = "/profile/notifications/"
HOOK = "https://example.org/hook"


@pytest.fixture
def client(client_as: ClientAs, viewer: User) -> Client:
    return client_as(viewer)


def add(client: Client, **changes: str) -> Any:
    return client.post(f"{PAGE}channels/", {"kind": "webhook", "name": "mine", "address": HOOK} | changes)


def test_everything_is_told_in_the_app_until_somebody_chooses(client: Client, viewer: User) -> None:
    page = client.get(PAGE)
    assert all(cell.is_told for line in page.context["table"] for cell in line.cells)
    assert "None so far" in page.content.decode()
    notify([viewer], "Look.", "/samples/")
    assert unread(viewer).count() == 1


def test_what_is_chosen_is_kept_recorded_and_obeyed(client: Client, viewer: User) -> None:
    one = channel(viewer, ChannelKind.WEBHOOK, HOOK, [])
    assert client.post(PAGE, {"people": ["app"], "job_failed": [str(one.uuid)]})["Location"] == PAGE
    viewer.refresh_from_db()
    one.refresh_from_db()
    assert (viewer.not_in_app, one.kinds) == (
        ["eval_done", "gate_failed", "gate_passed", "job_failed", "job_finished", "job_lost", "stalled"],
        ["job_failed"],
    )
    after = Event.objects.get(verb="choose notifications").after
    unchosen = ("job_finished", "job_lost", "eval_done", "gate_passed", "gate_failed", "stalled")
    assert after == {"people": ["app"], "job_failed": ["webhook"]} | {kind: [] for kind in unchosen}
    notify([viewer], "Failed.", "/jobs/", kind=NotificationKind.JOB_FAILED)
    notify([viewer], "Finished.", "/jobs/", kind=NotificationKind.JOB_FINISHED)
    notify([viewer], "Look.", "/samples/")
    assert [row.text for row in unread(viewer)] == ["Look."]
    assert list(Delivery.objects.values_list("notification__text", flat=True)) == ["Failed."]
    assert "Failed." not in client.get("/notifications/").content.decode()


def test_a_choice_of_what_is_none_of_mine_counts_as_nothing(client: Client, viewer: User, reviewer: User) -> None:
    theirs = channel(reviewer, ChannelKind.WEBHOOK, HOOK, [])
    client.post(PAGE, {"people": ["app", str(theirs.uuid), "nonsense"], "disk_low": ["app"], "bogus": ["app"]})
    theirs.refresh_from_db()
    assert theirs.kinds == []


def test_admins_alone_are_offered_what_admins_alone_are_told(client: Client, client_as: ClientAs) -> None:
    assert "disk space" not in client.get(PAGE).content.decode()
    assert "disk space" in client_as(Role.ADMIN).get(PAGE).content.decode()


def test_a_choice_leaves_kinds_alone_that_it_does_not_name(viewer: User) -> None:
    viewer.not_in_app = ["disk_low"]
    viewer.save()
    choose(viewer, {NotificationKind.PEOPLE: []})
    assert viewer.not_in_app == ["disk_low", "people"]


def test_a_webhook_is_added_and_its_secret_shown_once(client: Client) -> None:
    page = add(client).content.decode()
    assert "whsec_" in page
    assert "whsec_" not in client.get(PAGE).content.decode()
    assert HOOK not in client.get(PAGE).content.decode()
    assert Event.objects.get(verb="add", object_type="core.channel").after == {"name": "mine", "kind": "webhook"}


def test_slack_has_no_secret(client: Client) -> None:
    assert add(client, kind="slack")["Location"] == PAGE


@pytest.mark.parametrize(
    "changes, words",
    [
        ({"address": "ftp://example.org"}, "does not begin with https"),
        ({"address": ""}, "does not begin with https"),
        ({"address": "https://ünï.example"}, "letters that an address cannot have"),
        ({"name": ""}, "required"),
        ({"name": "a\nb"}, "in one line"),
        ({"name": "x" * 61}, "at most 60"),
        ({"name": "app"}, "already"),
        ({"kind": "pigeon"}, "not one of the available choices"),
        ({"kind": "email"}, "AFS_SMTP_URL"),
    ],
)
def test_what_cannot_be_is_refused_and_what_was_typed_stays(
    client: Client, changes: dict[str, str], words: str
) -> None:
    page = add(client, **changes)
    assert page.status_code == 200
    assert words in page.content.decode()
    assert not Channel.objects.exists()
    if "address" not in changes:
        assert HOOK in page.content.decode()


def test_without_a_key_of_the_fields_nothing_is_kept(client: Client, settings: Settings) -> None:
    settings.FIELD_KEY = ""
    assert "AFS_FIELD_KEY is not set" in add(client).content.decode()
    assert not Channel.objects.exists()


def test_names_are_ones_own_and_channels_few(viewer: User, reviewer: User) -> None:
    for number in range(MOST):
        add_channel(viewer, ChannelKind.SLACK, f"number {number}", HOOK)
    with pytest.raises(TooManyChannels):
        add_channel(viewer, ChannelKind.SLACK, "one more", HOOK)
    add_channel(reviewer, ChannelKind.SLACK, "number 1", HOOK)
    with pytest.raises(ChannelNamedSo):
        add_channel(reviewer, ChannelKind.SLACK, "number 1", HOOK)


def test_a_test_is_sent_and_its_outcome_shown(client: Client, viewer: User, receiver: Receiver) -> None:
    one = channel(viewer, ChannelKind.WEBHOOK, receiver.url)
    address = reverse("test_channel", args=[one.uuid])
    assert client.post(address)["Location"] == PAGE
    page = client.get(PAGE).content.decode()
    assert "a test is on its way" in page and 'hx-trigger="every 2s"' in page
    assert "on its way already" in client.post(address, follow=True).content.decode()
    send_all()
    page = client.get(PAGE).content.decode()
    assert "the test arrived" in page and "every 2s" not in page
    part = client.get(PAGE, headers={"HX-Request": "true"}).content.decode()
    assert "the test arrived" in part and "<main" not in part


def test_a_dead_channel_is_shown_with_its_reason(client: Client, viewer: User, receiver: Receiver) -> None:
    channel(viewer, ChannelKind.WEBHOOK, receiver.url)
    receiver.status = 410
    notify([viewer], "Look.", "/samples/")
    send_all()
    page = client.get(PAGE).content.decode()
    assert "a test that arrives starts it again" in page and "It answered 410." in page


def test_a_channel_is_forgotten_with_what_it_did_not_send(client: Client, viewer: User) -> None:
    one = channel(viewer, ChannelKind.WEBHOOK, HOOK)
    notify([viewer], "Look.", "/samples/")
    client.post(reverse("delete_channel", args=[one.uuid]))
    assert not Channel.objects.exists()
    assert not Delivery.objects.filter(state=DeliveryState.QUEUED).exists()
    assert Event.objects.get(verb="delete", object_type="core.channel").before == {"name": "webhook", "kind": "webhook"}


def test_nobody_touches_anothers(client_as: ClientAs, viewer: User, admin_user: User) -> None:
    one = channel(viewer, ChannelKind.WEBHOOK, HOOK)
    client = client_as(admin_user)
    for name in ("test_channel", "delete_channel"):
        assert client.post(reverse(name, args=[one.uuid])).status_code == 404
    assert str(one.uuid) not in client.get(PAGE).content.decode()


def test_the_page_costs_few_queries(client: Client, viewer: User, django_assert_max_num_queries: Any) -> None:
    for number in range(MOST):
        add_channel(viewer, ChannelKind.SLACK, f"number {number}", HOOK)
    with django_assert_max_num_queries(5):
        client.get(PAGE)
