"""Saved queues: who sees them, who reviews from them, making and changing them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet

from afsweb.core.archiving import set_archived
from afsweb.core.history import record
from afsweb.core.models import EventSource, Role, User
from datasets_app.models import ReviewQueue
from datasets_app.review.errors import NameTaken, NotYourQueue, OverlapFixed
from datasets_app.review.queue import wanted_of

RULES = ("name", "query", "order", "random_share", "repeat_share", "overlap", "is_shared")


def visible(user: User) -> QuerySet[ReviewQueue]:
    """The queues that `user` sees: own ones, shared ones, those to review from; an admin sees all."""
    queues = ReviewQueue.objects.select_related("owner")
    if user.has_role(Role.ADMIN):
        return queues
    named = ReviewQueue.reviewers.through.objects.filter(user=user).values("reviewqueue")
    return queues.filter(Q(owner=user) | Q(is_shared=True) | Q(pk__in=named))


def reviewable(user: User) -> QuerySet[ReviewQueue]:
    """The queues that `user` may review from: visible ones in use that name nobody, or `user` too."""
    through = ReviewQueue.reviewers.through.objects
    names_somebody, names_user = through.values("reviewqueue"), through.filter(user=user).values("reviewqueue")
    return visible(user).filter(~Q(pk__in=names_somebody) | Q(pk__in=names_user), is_archived=False)


def add_queue(
    user: User, *, reviewers: Iterable[User] = (), source: EventSource = EventSource.UI, **rules: Any
) -> ReviewQueue:
    """Save a queue of `user`; `rules` are fields of RULES. Raises FilterMeansNothing, NameTaken."""
    queue = ReviewQueue(owner=user, **rules)
    return _save(queue, user, reviewers, source)


def change_queue(
    queue: ReviewQueue,
    user: User,
    *,
    reviewers: Iterable[User],
    source: EventSource = EventSource.UI,
    **rules: Any,
) -> ReviewQueue:
    """Give `queue` other rules. Raises NotYourQueue, OverlapFixed, FilterMeansNothing, NameTaken."""
    if not queue.may_change(user):
        raise NotYourQueue(owner=queue.owner)
    if rules.get("overlap", queue.overlap) != queue.overlap and queue.seats.exists():
        raise OverlapFixed(overlap=queue.overlap)
    before = _told(queue)
    for name, value in rules.items():
        setattr(queue, name, value)
    return _save(queue, user, reviewers, source, before)


def archive_queue(queue: ReviewQueue, user: User, *, archived: bool, source: EventSource = EventSource.UI) -> None:
    """Take a queue out of use, or bring it back. Raises NotYourQueue, NameTaken."""
    if not queue.may_change(user):
        raise NotYourQueue(owner=queue.owner)
    try:
        set_archived(queue, archived, by=user, source=source)
    except IntegrityError as error:
        raise NameTaken(name=queue.name) from error


def _save(
    queue: ReviewQueue,
    user: User,
    reviewers: Iterable[User],
    source: EventSource,
    before: dict[str, Any] | None = None,
) -> ReviewQueue:
    wanted_of(queue.query)
    try:
        with transaction.atomic():
            queue.save()
            queue.reviewers.set(reviewers)
            verb = "change" if before else "add"
            record(verb, queue, actor=user, source=source, before=before, after=_told(queue))
    except IntegrityError as error:
        raise NameTaken(name=queue.name) from error
    return queue


def _told(queue: ReviewQueue) -> dict[str, Any]:
    names = sorted(queue.reviewers.values_list("username", flat=True))
    return {name: getattr(queue, name) for name in RULES} | {"reviewers": names}
