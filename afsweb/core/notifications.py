"""Telling people what they should know, and what they have read."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import QuerySet
from django.db.models.functions import Now

from afsweb.core.models import Notification, User

LONGEST = 300  # characters


def notify(people: Iterable[User], text: str, link: str) -> None:
    """Tell each of `people` once; in the transaction of what happened. `link`: the page that it is about, from / on."""
    shown = text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
    chosen = sorted({person.pk for person in people if person.is_active})
    if chosen:
        Notification.objects.bulk_create([Notification(person_id=pk, text=shown, link=link) for pk in chosen])


def unread(user: User) -> QuerySet[Notification]:
    """What `user` has not read."""
    return Notification.objects.filter(person=user, read_at__isnull=True)


def mark_read(user: User, ids: Iterable[int] | None = None) -> int:
    """Mark these of the person's notifications as read, or all of them; returns how many were not read before."""
    rows = unread(user) if ids is None else unread(user).filter(pk__in=list(ids))
    return rows.update(read_at=Now())
