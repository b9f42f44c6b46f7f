"""`afs notifications`: what a person should know, marking it as read, and where they are told."""

from __future__ import annotations

import pytest

from afsweb.core.models import Channel, ChannelKind, Event, EventSource, Notification, User
from afsweb.core.notifications import notify, unread
from afsweb.core.notifications.channels import add_channel
from tests.commands.conftest import Afs
from tests.notifications.conftest import receiver, send_all
from tests.notifications.receiver import Receiver

__all__ = ["receiver"]

pytestmark = pytest.mark.django_db


def test_unread_ones_are_listed(afs: Afs, reviewer: User) -> None:
    assert afs("notifications").out == "Nothing unread.\n"
    notify([reviewer], "ann mentioned you on sample 1: look", "/samples/x/")
    said = afs("notifications").out
    assert "unread  ann mentioned you on sample 1: look" in said
    assert "/samples/x/" in said


def test_one_or_all_are_marked_as_read(afs: Afs, reviewer: User) -> None:
    for text in ("one", "two", "three"):
        notify([reviewer], text, "/samples/")
    first = Notification.objects.order_by("pk")[0]
    assert afs("notifications", "read", first.pk).out == "1 marked as read\n"
    assert afs("notifications", "read").out == "2 marked as read\n"
    assert not unread(reviewer).exists()
    assert afs("notifications", "--all").out.count("read    ") == 3


def test_who_asks_must_be_clear(afs: Afs, reviewer: User, viewer: User) -> None:
    notify([viewer], "For the viewer.", "/samples/")
    said = afs("notifications")
    assert (said.status, "Say who does this with --as NAME" in said.err) == (1, True)
    assert "For the viewer." in afs("notifications", "--as", "a-viewer").out
    assert afs("notifications", "--as", "a-reviewer").out == "Nothing unread.\n"


def test_a_channel_is_added_chosen_tried_and_deleted(afs: Afs, reviewer: User, receiver: Receiver) -> None:
    said = afs("notifications", "add", "webhook", "mine", typed=f"{receiver.url}\n")
    assert said.status == 0 and "it signs with whsec_" in said.out
    assert afs("notifications", "choose", "job_failed", "app", "mine").out.endswith("told app, mine\n")
    assert Channel.objects.get().kinds == ["job_failed"]
    assert "a test of “mine” is on its way" in afs("notifications", "test", "mine").out
    send_all()
    said = afs("notifications", "channels")
    assert "job_failed" in said.out and "last: sent" in said.out and receiver.url not in said.out
    assert afs("notifications", "delete", "mine").out == "“mine” is forgotten\n"
    assert set(Event.objects.exclude(verb="create").values_list("source", flat=True)) == {EventSource.CLI}


def test_a_kind_can_be_told_nowhere(afs: Afs, reviewer: User) -> None:
    assert afs("notifications", "choose", "people").out.endswith("told nowhere\n")
    reviewer.refresh_from_db()
    notify([reviewer], "Look.", "/samples/")
    assert afs("notifications").out == "Nothing unread.\n"


@pytest.mark.parametrize(
    "words, typed, refusal",
    [
        (("add", "webhook", "mine"), "ftp://example.org\n", "does not begin with https://"),
        (("add", "slack", "x" * 61), "https://example.org\n", "at most 60 characters"),
        (("add", "email", "mine"), "", "sets AFS_SMTP_URL first"),
        (("choose", "people", "nowhere"), "", "There is no channel “nowhere”"),
        (("test", "nowhere"), "", "There is no channel “nowhere”"),
        (("delete", "nowhere"), "", "There is no channel “nowhere”"),
    ],
)
def test_refusals_are_one_sentence(afs: Afs, reviewer: User, words: tuple[str, ...], typed: str, refusal: str) -> None:
    said = afs("notifications", *words, typed=typed)
    assert (said.status, said.out) == (1, "")
    assert refusal in said.err and said.err.count("\n") == 1


def test_anothers_channel_is_not_found(afs: Afs, reviewer: User, viewer: User) -> None:
    add_channel(viewer, ChannelKind.SLACK, "theirs", "https://example.org/hook")
    assert "There is no channel" in afs("notifications", "delete", "theirs", "--as", "a-reviewer").err
