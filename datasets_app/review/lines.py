"""Which decision a line of history is about, and the other way round: by the decision's key and the line's batch."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from hashlib import md5
from uuid import UUID

from afsweb.core.models import Event
from datasets_app.models import Decision, Review, Sample

# Lines of version 0.1 have no batch; the decision was written in the same transaction.
SAME_MOMENT = timedelta(seconds=2)


def key_in(batch: UUID, sample_id: int) -> UUID:
    """The key of the decision on one sample that was part of `batch`. One of its own has its key as the batch."""
    return UUID(md5(f"{batch}:{sample_id}".encode(), usedforsecurity=False).hexdigest())


def reviews_of(events: Iterable[Event]) -> dict[int, Review]:
    """Event's primary key -> the decision that it is about, for those that are about one; one query."""
    keys = {key: event.pk for event in events for key in _keys(event)}
    reviews = Review.objects.filter(key__in=keys).select_related("reviewer", "sample")
    return {keys[review.key]: review for review in reviews}


def review_of(event: Event) -> Review | None:
    """The decision that `event` is about."""
    if event.batch is not None or event.verb not in Decision.values:
        return reviews_of([event]).get(event.pk)
    near = (event.at - SAME_MOMENT, event.at + SAME_MOMENT)
    about = {"sample": event.object_id, "reviewer": event.actor_id, "decision": event.verb}
    reviews = Review.objects.filter(**about, reviewer__isnull=False, created_at__range=near)
    return reviews.select_related("reviewer", "sample").order_by("-pk").first()


def line_of(review: Review) -> Event | None:
    """The line of history that `review` wrote; None for one of version 0.1."""
    about = {"object_type": Sample._meta.label_lower, "object_id": review.sample_id, "verb": review.decision}
    lines = Event.objects.filter(**about, batch__isnull=False, actor=review.reviewer_id)
    return next((event for event in lines.order_by("-pk") if review.key in _keys(event)), None)


def _keys(event: Event) -> tuple[UUID, ...]:
    return (event.batch, key_in(event.batch, event.object_id)) if event.batch else ()
