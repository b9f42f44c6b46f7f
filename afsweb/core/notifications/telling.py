"""Telling people what they should know, and what they have read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from django.db.models import QuerySet
from django.db.models.functions import Now

from afsweb.core.jobs.text import storable
from afsweb.core.models import Channel, Notification, NotificationKind, User
from afsweb.core.notifications.queueing import queue_deliveries

LONGEST = 300  # characters


def notify(
    people: Iterable[User],
    text: str,
    link: str,
    *,
    kind: NotificationKind = NotificationKind.PEOPLE,
    key: str | None = None,
) -> None:
    """Tell each of `people` once, where they chose to be told of this `kind`; in the transaction of what happened.

    `link`: the page that it is about, from / on. `key` names what happened (at most 100 characters), where it may be
    found more than once: a person who was told of it is not told again. What goes out of the app, a job sends later.
    """
    told = _to_tell(people, key)
    channels = _channels(told, kind)
    fitting = storable(text)
    text = fitting if len(fitting) <= LONGEST else f"{fitting[: LONGEST - 1]}…"
    rows = [
        Notification(person=person, text=text, link=link, kind=kind, key=key, is_shown=shown)
        for person in told
        if (shown := _is_shown(person, kind, channels[person.pk])) or channels[person.pk]
    ]
    Notification.objects.bulk_create(rows, ignore_conflicts=key is not None)
    if any(channels.values()):
        queue_deliveries(_made(rows, key), channels)


def unread(user: User) -> QuerySet[Notification]:
    """What `user` has not read."""
    return shown(user).filter(read_at__isnull=True)


def shown(user: User) -> QuerySet[Notification]:
    """What `user` is told in the app."""
    return Notification.objects.filter(person=user, is_shown=True)


def mark_read(user: User, ids: Iterable[int] | None = None) -> int:
    """Mark these of the person's notifications as read, or all of them; returns how many were not read before."""
    rows = unread(user) if ids is None else unread(user).filter(pk__in=list(ids))
    return rows.update(read_at=Now())


def _to_tell(people: Iterable[User], key: str | None) -> list[User]:
    """Each of them once, by their key; without those who are gone, and those who know it already."""
    active = {person.pk: person for person in people if person.is_active}
    if key and active:
        known = Notification.objects.filter(key=key, person__in=active).values_list("person", flat=True)
        active = {pk: person for pk, person in active.items() if pk not in set(known)}
    return [active[pk] for pk in sorted(active)]


def _channels(people: list[User], kind: NotificationKind) -> dict[int, list[Channel]]:
    """The channels by which each person wants to be told of this kind, the dead ones too."""
    found: dict[int, list[Channel]] = defaultdict(list)
    if people:
        for channel in Channel.objects.filter(person__in=people, kinds__contains=[kind]).order_by("pk"):
            found[channel.person_id].append(channel)
    return found


def _is_shown(person: User, kind: NotificationKind, channels: list[Channel]) -> bool:
    """In the app unless the person wants it elsewhere alone; where all of that is dead, the app is what is left."""
    unwanted = kind in person.not_in_app
    return not unwanted or (bool(channels) and all(channel.died_at for channel in channels))


def _made(rows: list[Notification], key: str | None) -> list[Notification]:
    """The rows with their keys: Postgres does not tell those of an insert that may pass over some."""
    if key is None:
        return rows
    return list(Notification.objects.filter(key=key, person__in=[row.person_id for row in rows]))
