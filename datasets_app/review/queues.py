"""Saved queues, each also a saved view of the list of samples: who is offered them, making and changing them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet

from afsweb.core.archiving import set_archived
from afsweb.core.history import record
from afsweb.core.jobs.text import storable
from afsweb.core.models import EventSource, Role, User
from datasets_app.models import ReviewQueue
from datasets_app.review.errors import BadQueueName, NameTaken, NotYourQueue, OverlapFixed
from datasets_app.search.filters import read_filter

RULES = ("name", "query", "order", "random_share", "repeat_share", "overlap", "is_shared")
LONGEST_NAME = 120


def offered(user: User) -> QuerySet[ReviewQueue]:
    """The queues in use that concern `user`: own ones, shared ones, those that name `user` as a reviewer."""
    return _concerning(user).filter(is_archived=False)


def visible(user: User) -> QuerySet[ReviewQueue]:
    """The queues that `user` may look at, archived ones too: those that concern them; an admin sees all."""
    return _queues() if user.has_role(Role.ADMIN) else _concerning(user)


def reviewable(user: User) -> QuerySet[ReviewQueue]:
    """The queues that `user` may review from: visible ones in use that name nobody, or `user` too."""
    through = ReviewQueue.reviewers.through.objects
    names_somebody, names_user = through.values("reviewqueue"), through.filter(user=user).values("reviewqueue")
    return visible(user).filter(~Q(pk__in=names_somebody) | Q(pk__in=names_user), is_archived=False)


def add_queue(
    user: User, *, reviewers: Iterable[User] = (), source: EventSource = EventSource.UI, **rules: Any
) -> ReviewQueue:
    """Save a queue of `user`; `rules` are fields of RULES. Raises BadQueueName, FilterGone, NameTaken."""
    queue = ReviewQueue(owner=user, **_checked(rules, user))
    with _unless_taken(queue):
        queue.save()
        queue.reviewers.set(reviewers)
        record("add", queue, actor=user, source=source, after=_told(queue))
    return queue


def change_queue(
    queue: ReviewQueue,
    user: User,
    *,
    reviewers: Iterable[User] | None = None,
    source: EventSource = EventSource.UI,
    **rules: Any,
) -> ReviewQueue:
    """Give `queue` other rules, and other reviewers if any are given; history says what became different.

    Raises NotYourQueue, OverlapFixed, BadQueueName, FilterGone, NameTaken.
    """
    _check_owner(queue, user)
    if rules.get("overlap", queue.overlap) != queue.overlap and queue.seats.exists():
        raise OverlapFixed(overlap=queue.overlap)
    before = _told(queue)
    for name, value in _checked(rules, user).items():
        setattr(queue, name, value)
    with _unless_taken(queue):
        queue.save(update_fields=list(rules))
        if reviewers is not None:
            queue.reviewers.set(reviewers)
        _record_change(queue, before, user, source)
    return queue


def archive_queue(queue: ReviewQueue, user: User, *, archived: bool, source: EventSource = EventSource.UI) -> None:
    """Take a queue out of use, or bring it back. Raises NotYourQueue, NameTaken."""
    _check_owner(queue, user)
    with _unless_taken(queue):
        set_archived(queue, archived, by=user, source=source)


def _queues() -> QuerySet[ReviewQueue]:
    return ReviewQueue.objects.select_related("owner")


def _concerning(user: User) -> QuerySet[ReviewQueue]:
    named = ReviewQueue.reviewers.through.objects.filter(user=user).values("reviewqueue")
    return _queues().filter(Q(owner=user) | Q(is_shared=True) | Q(pk__in=named))


def _checked(rules: dict[str, Any], user: User) -> dict[str, Any]:
    """The rules as they are stored."""
    if "query" in rules:
        read_filter(rules["query"], user)
    return rules | ({"name": _name(rules["name"])} if "name" in rules else {})


def _name(told: str) -> str:
    name = " ".join(storable(told).split())
    if not 0 < len(name) <= LONGEST_NAME:
        raise BadQueueName(longest=LONGEST_NAME)
    return name


def _check_owner(queue: ReviewQueue, user: User) -> None:
    if not queue.may_change(user):
        raise NotYourQueue(name=queue.name, who=f"{queue.owner} or an admin" if queue.owner else "an admin")


@contextmanager
def _unless_taken(queue: ReviewQueue) -> Iterator[None]:
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        raise NameTaken(name=queue.name) from error


def _record_change(queue: ReviewQueue, before: dict[str, Any], user: User, source: EventSource) -> None:
    after = _told(queue)
    changed = [name for name in after if after[name] != before[name]]
    if changed:
        was, now = ({name: told[name] for name in changed} for told in (before, after))
        record("change", queue, actor=user, source=source, before=was, after=now)


def _told(queue: ReviewQueue) -> dict[str, Any]:
    names = sorted(queue.reviewers.values_list("username", flat=True))
    return {name: getattr(queue, name) for name in RULES} | {"reviewers": names}
