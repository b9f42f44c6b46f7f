"""E-mail: a letter of plain text to the address of the profile, by a real server; off where none is named."""

from __future__ import annotations

from email import message_from_bytes, policy
from typing import Any

import pytest
from django.db.models.functions import Now
from pytest_django.fixtures import Settings

from afsweb.core.models import ChannelKind, Delivery, DeliveryState, User
from afsweb.core.notifications import notify
from afsweb.core.notifications.channels import add_channel
from afsweb.core.notifications.errors import NoAddressOfMine, NoMailServer, OneEmailIsEnough
from afsweb.env import SettingError, smtp_config
from afsweb.services.processes import free_port
from tests.notifications.conftest import Mailbox, channel, send_all, the_delivery

pytestmark = pytest.mark.django_db


@pytest.fixture
def ann(viewer: User, mailbox: Mailbox) -> User:
    viewer.email = "ann@example.org"
    viewer.save()
    channel(viewer, ChannelKind.EMAIL)
    return viewer


def read(envelope: Any) -> Any:
    return message_from_bytes(envelope.content, policy=policy.default)


def test_a_letter_says_what_happened_and_where(ann: User, mailbox: Mailbox) -> None:
    notify([ann], "bob hat Größe 2 gemeldet", "/samples/x/")
    send_all()
    (envelope,) = mailbox.letters
    letter = read(envelope)
    assert envelope.rcpt_tos == ["ann@example.org"]
    assert letter["Subject"] == "bob hat Größe 2 gemeldet"
    assert letter["Message-ID"] == f"<{the_delivery().uuid}@afsweb>"
    assert letter.get_content_type() == "text/plain"
    assert "https://hub.example/samples/x/" in letter.get_content()
    assert "https://hub.example/profile/notifications/" in letter.get_content()


def test_a_text_of_several_lines_makes_no_headers(ann: User, mailbox: Mailbox) -> None:
    notify([ann], "one\nBcc: everybody@example.org\r\nX-Evil: yes", "/samples/")
    send_all()
    letter = read(mailbox.letters[0])
    assert letter["Subject"] == "one Bcc: everybody@example.org X-Evil: yes"
    assert (letter["Bcc"], letter["X-Evil"]) == (None, None)
    assert mailbox.letters[0].rcpt_tos == ["ann@example.org"]


def test_a_letter_goes_where_the_profile_says_now(ann: User, mailbox: Mailbox) -> None:
    notify([ann], "Look.", "/samples/")
    User.objects.update(email="ann@elsewhere.example")
    send_all()
    assert mailbox.letters[0].rcpt_tos == ["ann@elsewhere.example"]


def test_what_is_refused_for_now_waits_and_for_good_stops(ann: User, mailbox: Mailbox) -> None:
    notify([ann], "Look.", "/samples/")
    mailbox.answer = "451 try later"
    send_all()
    assert (the_delivery().state, the_delivery().last_error) == (
        DeliveryState.QUEUED,
        "The mail server refused it: 451 try later",
    )
    mailbox.answer = "554 no such person"
    Delivery.objects.update(next_at=Now())
    notify([ann], "And this.", "/samples/")
    send_all()
    assert set(Delivery.objects.values_list("state", flat=True)) == {DeliveryState.FAILED}
    assert ann.channels.get().died_at


def test_a_server_that_is_not_there_is_tried_again(ann: User, settings: Settings) -> None:
    settings.SMTP = settings.SMTP | {"port": free_port()}
    notify([ann], "Look.", "/samples/")
    send_all()
    assert (the_delivery().state, the_delivery().tries) == (DeliveryState.QUEUED, 0)
    assert the_delivery().last_error.startswith("The mail server does not answer")


def test_without_a_server_or_an_address_there_is_no_such_channel(viewer: User, settings: Settings) -> None:
    settings.SMTP = None
    with pytest.raises(NoMailServer, match="AFS_SMTP_URL"):
        add_channel(viewer, ChannelKind.EMAIL, "e-mail", "")
    settings.SMTP = {}
    with pytest.raises(NoAddressOfMine):
        add_channel(viewer, ChannelKind.EMAIL, "e-mail", "")


def test_one_is_enough(ann: User) -> None:
    with pytest.raises(OneEmailIsEnough, match="“email” sends"):
        add_channel(ann, ChannelKind.EMAIL, "another", "")


@pytest.mark.parametrize(
    "url, expected",
    [
        ("smtps://ann:p%40ss@mail.example", ("mail.example", 465, "ann", "p@ss", True, False)),
        ("smtp://mail.example", ("mail.example", 587, "", "", False, True)),
        ("smtp://mail.example?tls=off", ("mail.example", 25, "", "", False, False)),
        ("smtp://mail.example:2525?tls=off", ("mail.example", 2525, "", "", False, False)),
    ],
)
def test_a_server_is_named_by_a_url(monkeypatch: pytest.MonkeyPatch, url: str, expected: tuple[object, ...]) -> None:
    monkeypatch.setenv("AFS_SMTP_URL", url)
    assert tuple((smtp_config("AFS_SMTP_URL") or {}).values()) == expected


@pytest.mark.parametrize("url", ["mail.example", "http://mail.example", "smtp://", "smtp://a:b", "smtp://a?tls=on"])
def test_another_url_is_refused_at_the_start(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("AFS_SMTP_URL", url)
    with pytest.raises(SettingError, match="AFS_SMTP_URL"):
        smtp_config("AFS_SMTP_URL")
