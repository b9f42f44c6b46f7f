"""Deciding: one person's judgement of one version, counted once and never over somebody else's."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction

from afsweb.core.history import record
from afsweb.core.models import EventSource, User
from datasets_app.models import EFFECTS, Decision, RejectReason, Review, Sample, SampleState, SampleVersion
from datasets_app.review.changes import last_change
from datasets_app.review.errors import BadDecision, KeyReused, SampleArchived, SampleChanged, SampleGone


def decide(
    user: User,
    version: SampleVersion,
    decision: Decision,
    *,
    revision: int,
    reason: str = "",
    note: str = "",
    seconds: float | None = None,
    key: UUID | None = None,
    source: EventSource = EventSource.UI,
    batch: UUID | None = None,
) -> Review:
    """Take `decision` on `version` as it was seen at `revision` of its sample, with its line of history.

    The same `key` again returns the review it made the first time. `seconds` runs from the card's being painted. A
    person outranks the gate. Raises SampleChanged when somebody was faster, SampleArchived, BadDecision, KeyReused.
    """
    review = Review(
        sample_id=version.sample_id,
        version=version,
        reviewer=user,
        decision=decision,
        reason=reason,
        note=note,
        seconds=seconds,
        key=key or uuid4(),
    )
    if decision == Decision.EDIT:
        raise BadDecision(problem="an edit is saved on the edit page.")
    check_reason(decision, reason)
    try:
        with transaction.atomic():
            _settle(review, revision, source, batch)
    except (SampleChanged, IntegrityError):
        # A request whose answer was lost is sent again: then our own earlier self was faster.
        earlier = Review.objects.filter(key=review.key).first()
        if earlier is None:
            raise
        return _same(earlier, review)
    return review


def archive(
    user: User | None, sample: Sample, *, revision: int, source: EventSource = EventSource.UI, batch: UUID | None = None
) -> None:
    """Put `sample` aside: no queue and no new snapshot takes it. Raises SampleChanged when somebody was faster."""
    before = sample.standing()
    with transaction.atomic():
        _change(sample, revision, state=SampleState.ARCHIVED, is_golden=False)
        after = before | {"state": SampleState.ARCHIVED, "is_golden": False}
        record("archive", sample, actor=user, source=source, before=before, after=after, batch=batch)


def check_reason(decision: str, reason: str) -> None:
    """A rejection has a reason, and nothing else has one. Raises BadDecision."""
    if (decision == Decision.REJECT) != bool(reason):
        raise BadDecision(problem="a rejection needs one of the nine reasons, and only a rejection has one.")


def why(review: Review) -> str:
    """The reason and the note of a decision in words, as its line of history has them."""
    parts = (RejectReason(review.reason).label if review.reason else "", review.note)
    return ": ".join(part for part in parts if part)


def _settle(review: Review, revision: int, source: EventSource, batch: UUID | None) -> None:
    sample = Sample.objects.filter(pk=review.sample_id).first()
    if sample is None:
        raise SampleGone
    if sample.state == SampleState.ARCHIVED:
        raise SampleArchived
    review.before = sample.standing()
    effect = EFFECTS.get(review.decision, {})
    if not effect:
        Sample.objects.filter(pk=sample.pk, leased_to=review.reviewer).update(leased_to=None, leased_until=None)
    elif sample.revision != revision or sample.current_id != review.version_id:
        raise SampleChanged(change=last_change(sample))
    else:
        _change(sample, revision, **effect)
    review.save(force_insert=True)
    record(
        review.decision,
        sample,
        actor=review.reviewer,
        source=source,
        before=review.before,
        after=review.left(),
        reason=why(review),
        batch=batch,
    )


def _change(sample: Sample, revision: int, **changes: Any) -> None:
    if not sample.change(revision, **changes):
        raise SampleChanged(change=last_change(sample))


def _same(earlier: Review, review: Review) -> Review:
    """`earlier`, when it is what `review` wanted to be; KeyReused when a page used its key for something else."""
    said = [(one.reviewer_id, one.version_id, one.decision, one.reason) for one in (earlier, review)]
    if said[0] != said[1]:
        raise KeyReused
    return earlier
