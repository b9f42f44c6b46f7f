"""A person's channels: added, chosen for kinds of notification, tried, deleted. Each change leaves a line."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import OuterRef, QuerySet, Subquery
from django.urls import reverse
from django.views.decorators.debug import sensitive_variables

from afsweb.core.history import record
from afsweb.core.models import (
    Channel,
    ChannelKind,
    Delivery,
    DeliveryState,
    EventSource,
    Notification,
    NotificationKind,
    User,
)
from afsweb.core.notifications.errors import (
    ChannelNamedSo,
    NoAddressOfMine,
    NoMailServer,
    OneEmailIsEnough,
    TestUnderWay,
    TooManyChannels,
)
from afsweb.core.notifications.payloads import make_secret
from afsweb.core.notifications.queueing import call_deliverer
from afsweb.core.notifications.webhooks import check_address
from afsweb.core.sealing import seal

MOST = 10
APP = "app"
"""What stands for the app itself where channels are named."""


@dataclass(frozen=True)
class Added:
    """A new channel, and what it signs with; nobody can read that again."""

    channel: Channel
    secret: str | None


def channels_of(user: User) -> QuerySet[Any]:
    """The person's channels by name, each with `newest_state`, `newest_error`, `newest_is_test`: its last delivery."""
    newest = Delivery.objects.filter(channel=OuterRef("pk")).order_by("-pk")
    return (
        Channel.objects.filter(person=user)
        .order_by("name")
        .annotate(
            newest_state=Subquery(newest.values("state")[:1]),
            newest_error=Subquery(newest.values("last_error")[:1]),
            newest_is_test=Subquery(newest.values("is_test")[:1]),
        )
    )


def kinds_for(user: User) -> list[NotificationKind]:
    """What this person can be told of."""
    return [kind for kind in NotificationKind if user.has_role(kind.role)]


@sensitive_variables("address", "secret")
def add_channel(
    user: User, kind: ChannelKind, name: str, address: str, *, source: EventSource = EventSource.UI
) -> Added:
    """A new channel that tells of nothing yet. `address`: of a webhook; e-mail goes to the profile's.

    Raises NoMailServer, NoAddressOfMine, OneEmailIsEnough, ChannelNamedSo, TooManyChannels, NotAWebhook,
    KeysCannotBeKept.
    """
    is_email = kind == ChannelKind.EMAIL
    _refuse_email(user) if is_email else check_address(address)
    secret = make_secret() if kind == ChannelKind.WEBHOOK else None
    with transaction.atomic():
        User.objects.select_for_update(no_key=True).get(pk=user.pk)  # who adds two at once is told so
        _refuse_another(user, kind, name)
        channel = Channel.objects.create(
            person=user,
            kind=kind,
            name=name,
            address=None if is_email else seal(address.strip()),
            secret=seal(secret) if secret else None,
        )
        record("add", channel, actor=user, source=source, after={"name": name, "kind": kind.value})
    return Added(channel, secret)


def delete_channel(channel: Channel, *, source: EventSource = EventSource.UI) -> None:
    """Forget a channel with its address, and what it has not sent."""
    with transaction.atomic():
        before = {"name": channel.name, "kind": channel.kind}
        record("delete", channel, actor=channel.person, source=source, before=before)
        channel.delete()


def choose(
    user: User, chosen: Mapping[NotificationKind, Collection[str]], *, source: EventSource = EventSource.UI
) -> None:
    """Say where the person wants to be told of each kind: the names of their channels, and `APP`. Others stay."""
    with transaction.atomic():
        person = User.objects.select_for_update(no_key=True).get(pk=user.pk)
        known = {kind.value for kind in chosen}
        unwanted = {kind.value for kind, names in chosen.items() if APP not in names}
        person.not_in_app = sorted({*person.not_in_app} - known | unwanted)
        person.save(update_fields=["not_in_app"])
        for channel in Channel.objects.filter(person=user):
            wanted = {kind.value for kind, names in chosen.items() if channel.name in names}
            channel.kinds = sorted({*channel.kinds} - known | wanted)
            channel.save(update_fields=["kinds"])
        after = {kind.value: sorted(names) for kind, names in chosen.items()}
        record("choose notifications", person, actor=user, source=source, after=after)
    user.not_in_app = person.not_in_app


def send_test(channel: Channel) -> Delivery:
    """Send one notification by the channel alone, also by a dead one: if it arrives, the channel lives again.

    Raises TestUnderWay.
    """
    with transaction.atomic():
        Channel.objects.select_for_update(no_key=True).get(pk=channel.pk)
        if Delivery.objects.filter(channel=channel, is_test=True, state__in=DeliveryState.open()).exists():
            raise TestUnderWay(name=channel.name)
        text = f"This is a test of “{channel.name}”: it works."
        link = reverse("edit_notifications")
        notification = Notification.objects.create(person=channel.person, text=text, link=link, is_shown=False)
        delivery = Delivery.objects.create(notification=notification, channel=channel, is_test=True)
        call_deliverer()
    return delivery


def _refuse_email(user: User) -> None:
    if settings.SMTP is None:
        raise NoMailServer
    if not user.email:
        raise NoAddressOfMine


def _refuse_another(user: User, kind: ChannelKind, name: str) -> None:
    mine = list(Channel.objects.filter(person=user))
    if len(mine) >= MOST:
        raise TooManyChannels(most=MOST)
    if name == APP or any(channel.name == name for channel in mine):
        raise ChannelNamedSo(name=name)
    for channel in mine:
        if kind == ChannelKind.EMAIL == channel.kind:
            raise OneEmailIsEnough(name=channel.name)
