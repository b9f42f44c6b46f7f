"""Opinions: judgements that change a sample only together, and repeated ones that never do."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.db.models.functions import Now

from afsweb.core.history import record
from afsweb.core.models import EventSource, User
from datasets_app.models import EFFECTS, Decider, Decision, Review, Sample, SampleState, Seat
from datasets_app.review.changes import OPINION, last_change
from datasets_app.review.errors import (
    AlreadyJudged,
    BadDecision,
    ChangedSince,
    SampleArchived,
    SampleChanged,
    SampleGone,
    SeatsTaken,
)
from datasets_app.review.leases import LEASE
from datasets_app.review.seats import sit

DISPUTE = "dispute"


def take_opinion(review: Review, overlap: int, source: EventSource, batch: UUID | None) -> None:
    """Count `review` as one of `overlap` opinions of its queue on its text, in the caller's transaction.

    The last one settles the sample when all accept or all reject, and otherwise marks it as disputed. Raises
    SampleGone, SampleArchived, SampleChanged, AlreadyJudged, SeatsTaken.
    """
    sample = _still_open(review)
    review.before = sample.standing()
    assert review.reviewer is not None and review.queue_id is not None
    if not sit(review.reviewer, review.queue_id, overlap, [review.version_id]):
        raise AlreadyJudged if _seats(review).filter(reviewer=review.reviewer).exists() else SeatsTaken
    review.save(force_insert=True)
    _seats(review).filter(reviewer=review.reviewer).update(review=review)
    free(review)
    _record(OPINION, sample, review, source, batch, review.before, f"{review.get_decision_display()} {review.why}")
    opinions = opinions_beside(review)
    if len(opinions) == overlap:
        effect = outcome(opinions)
        sample.change(sample.revision, **effect)
        verb = DISPUTE if effect.get("is_disputed") else _decision(opinions)
        after = review.before | effect
        _record(verb, sample, review, source, batch, after, "; ".join(_said(one) for one in opinions))


def take_repeat(review: Review, source: EventSource) -> None:
    """Keep `review` as what its reviewer says of the same text the second time. Raises SampleGone, BadDecision."""
    assert review.repeat_of_id is not None
    first = Review.objects.filter(pk=review.repeat_of_id, reviewer=review.reviewer, version=review.version_id)
    sample = Sample.objects.filter(pk=review.sample_id).first()
    if sample is None:
        raise SampleGone
    if not first.exists():
        raise BadDecision(problem="the card belongs to somebody else's sitting. Reload the page.")
    review.before = sample.standing()
    review.save(force_insert=True)
    free(review)
    _record(OPINION, sample, review, source, None, review.before, f"{review.get_decision_display()} {review.why}")


def free(review: Review) -> None:
    """Let others have the sample: the reviewer's lease ends, and the seat if nothing was judged from it."""
    assert review.reviewer is not None
    free_all(review.reviewer, [review])


def free_all(user: User, reviews: Collection[Review]) -> None:
    """`free` for several reviews of one person."""
    samples = Sample.objects.filter(pk__in=[review.sample_id for review in reviews])
    samples.filter(leased_to=user).update(leased_to=None, leased_until=None)
    queues = {review.queue_id for review in reviews} - {None}
    if queues:
        seats = Seat.objects.filter(queue__in=queues, version__in=[review.version_id for review in reviews])
        seats.filter(reviewer=user, review__isnull=True).delete()


def take_back(sample: Sample, review: Review) -> None:
    """Undo an opinion on the locked `sample`: its seat is free again, after the time of a lease for others.

    Where it was one of those that settled the sample, the sample stands as before them. Raises ChangedSince.
    """
    opinions = opinions_beside(review)
    if review.queue is not None and len(opinions) == review.queue.overlap:
        later = Review.objects.filter(sample=sample, pk__gt=opinions[-1].pk, undone_at__isnull=True, is_opinion=False)
        settled = review.left() | outcome(opinions)
        if sample.standing() != settled or later.filter(decision__in=EFFECTS).exists():
            raise ChangedSince(change=last_change(sample))
        was = dict(review.before)
        sample.change(sample.revision, current_id=was.pop("version"), **was)
    Seat.objects.filter(review=review).update(review=None, until=Now() + LEASE)


def opinions_beside(review: Review) -> list[Review]:
    """The opinions of the same queue on the same text, `review` among them, the oldest first."""
    judged = Review.objects.filter(seat__in=_seats(review).filter(review__isnull=False))
    return list(judged.select_related("reviewer").order_by("pk"))


def outcome(opinions: list[Review]) -> dict[str, Any]:
    """What a full set of opinions makes of a sample: a person's decision where all agree, else a dispute."""
    if len({one.accepts for one in opinions}) > 1:
        return {"is_disputed": True}
    return EFFECTS[_decision(opinions)]


def _decision(opinions: list[Review]) -> Decision:
    return Decision.ACCEPT if opinions[0].accepts else Decision.REJECT


def _said(review: Review) -> str:
    return f"{review.reviewer}: {review.get_decision_display()}"


def _still_open(review: Review) -> Sample:
    """The sample, locked. Nobody sits down before it, judges it or settles it meanwhile."""
    sample = Sample.objects.select_for_update().filter(pk=review.sample_id).first()
    if sample is None:
        raise SampleGone
    if sample.state == SampleState.ARCHIVED:
        raise SampleArchived
    if sample.current_id != review.version_id or sample.decided_by == Decider.PERSON or sample.is_disputed:
        raise SampleChanged(change=last_change(sample))
    return sample


def _seats(review: Review) -> Any:
    return Seat.objects.filter(version=review.version_id, queue=review.queue_id)


def _record(
    verb: str,
    sample: Sample,
    review: Review,
    source: EventSource,
    batch: UUID | None,
    after: dict[str, Any],
    reason: str,
) -> None:
    record(
        verb,
        sample,
        actor=review.reviewer,
        source=source,
        before=review.before,
        after=after,
        reason=reason.strip(),
        batch=batch or review.key,
    )
