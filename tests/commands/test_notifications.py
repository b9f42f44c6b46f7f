"""`afs notifications`: what a person should know, and marking it as read."""

from __future__ import annotations

import pytest

from afsweb.core.models import Notification, User
from afsweb.core.notifications import notify, unread
from tests.commands.conftest import Afs

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
