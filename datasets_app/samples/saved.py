"""Saved views of the list of samples: a name for what is filtered by. Each is a queue that people may review from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet

from afsweb.core.archiving import set_archived
from afsweb.core.history import record
from afsweb.core.jobs.text import storable
from afsweb.core.models import EventSource, Role, User
from datasets_app.errors import DatasetError
from datasets_app.models import ReviewQueue
from datasets_app.samples.filters import read_filter

LONGEST_NAME = 120


class BadViewName(DatasetError):
    """Not saved: give the view a name of at most {longest} characters."""


class ViewNameTaken(DatasetError):
    """Not saved: there is a view “{name}” of the same person already. Choose another name, or replace that one."""


class NotYourView(DatasetError):
    """The view “{name}” is {owner}'s: only they or an admin change it. Save one of your own."""


def views_of(user: User) -> QuerySet[ReviewQueue]:
    """The views that `user` is offered: their own and the shared ones."""
    mine = Q(owner=user) | Q(is_shared=True)
    return ReviewQueue.objects.filter(mine, is_archived=False).select_related("owner")


def save_view(
    user: User, name: str, query: Mapping[str, str], *, is_shared: bool = False, source: EventSource = EventSource.UI
) -> ReviewQueue:
    """Keep what `SampleFilter.given` says under a name. Raises BadViewName, ViewNameTaken, FilterGone."""
    name = _checked(name)
    read_filter(query, user)
    view = ReviewQueue(owner=user, name=name, query=dict(query), is_shared=is_shared)
    with _unless_taken(name):
        view.save()
        record("save", view, actor=user, source=source, after={"name": name, "query": view.query})
    return view


def rename_view(view: ReviewQueue, name: str, *, by: User) -> None:
    """Raises BadViewName, ViewNameTaken, NotYourView."""
    _change(view, by, "rename", name=_checked(name))


def replace_view(view: ReviewQueue, query: Mapping[str, str], *, by: User) -> None:
    """Let the view filter by `query` from now on. Raises NotYourView, FilterGone."""
    read_filter(query, by)
    _change(view, by, "replace", query=dict(query))


def archive_view(view: ReviewQueue, *, by: User) -> None:
    """Take the view out of the lists; what was reviewed from it stays. Raises NotYourView."""
    _check_owner(view, by)
    set_archived(view, True, by=by)


def _change(view: ReviewQueue, by: User, verb: str, **changes: Any) -> None:
    _check_owner(view, by)
    before = {name: getattr(view, name) for name in changes}
    for name, value in changes.items():
        setattr(view, name, value)
    with _unless_taken(view.name):
        view.save(update_fields=list(changes))
        record(verb, view, actor=by, source=EventSource.UI, before=before, after=changes)


def _checked(name: str) -> str:
    name = " ".join(storable(name).split())
    if not 0 < len(name) <= LONGEST_NAME:
        raise BadViewName(longest=LONGEST_NAME)
    return name


def _check_owner(view: ReviewQueue, by: User) -> None:
    if view.owner_id != by.pk and not by.has_role(Role.ADMIN):
        raise NotYourView(name=view.name, owner=view.owner or "nobody")


@contextmanager
def _unless_taken(name: str) -> Iterator[None]:
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        raise ViewNameTaken(name=name) from error
