"""Deciding: one person's judgement of one version, counted once and never over somebody else's."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction

from afsweb.core.history import line_about, record
from afsweb.core.models import Event, EventSource, User
from datasets_app.golden.approving import approval_of, save_approval
from datasets_app.golden.telling import tell_approvers
from datasets_app.models import EFFECTS, PASSING, Decision, Review, Sample, SampleState, SampleVersion
from datasets_app.review.changes import last_change
from datasets_app.review.errors import BadDecision, KeyReused, SampleArchived, SampleChanged, SampleGone
from datasets_app.review.lines import key_in
from datasets_app.review.opinions import free, take_opinion, take_repeat
from datasets_app.review.ticket import PLAIN, Ticket


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
    ticket: Ticket = PLAIN,
) -> Review:
    """Take `decision` on `version` as it was seen at `revision` of its sample, with its line of history.

    The same `key` again returns the review it made the first time. `seconds` runs from the card's being painted. A
    person outranks the gate. The `ticket` of a card may make it an opinion, which changes the sample only with those of
    others, or a repeat, which never does. Raises SampleChanged when somebody was faster, SampleArchived, BadDecision,
    KeyReused.
    """
    review = Review(
        sample_id=version.sample_id,
        version=version,
        reviewer=user,
        decision=decision,
        reason=reason,
        note=note,
        seconds=seconds,
        key=key or (key_in(batch, version.sample_id) if batch else uuid4()),
        queue_id=ticket.queue_id,
        repeat_of_id=ticket.repeat_of_id,
        is_opinion=(ticket.is_opinion and decision not in PASSING) or ticket.repeat_of_id is not None,
    )
    if decision == Decision.EDIT:
        raise BadDecision(problem="an edit is saved on the edit page.")
    check_reason(decision, reason)
    try:
        with transaction.atomic():
            _take(review, revision, ticket, source, batch)
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


def _take(review: Review, revision: int, ticket: Ticket, source: EventSource, batch: UUID | None) -> None:
    if review.repeat_of_id is not None:
        take_repeat(review, source)
    elif review.is_opinion:
        take_opinion(review, ticket.overlap, source, batch)
    else:
        _settle(review, revision, source, batch)


def _settle(review: Review, revision: int, source: EventSource, batch: UUID | None) -> None:
    sample = Sample.objects.filter(pk=review.sample_id).first()
    if sample is None:
        raise SampleGone
    if sample.state == SampleState.ARCHIVED:
        raise SampleArchived
    review.sample, review.before = sample, sample.standing()
    golden = None
    if review.decision not in EFFECTS:
        free(review)
    elif sample.revision != revision or sample.current_id != review.version_id:
        raise SampleChanged(change=last_change(sample))
    else:
        golden = approval_of(review) if review.decision == Decision.GOLDEN else None
        _change(sample, revision, **review.effect())
    review.save(force_insert=True)
    if golden:
        save_approval(golden, review)
    tell_approvers(review, sample)
    line_of_decision(review, source, batch).save(force_insert=True)


def line_of_decision(review: Review, source: EventSource, batch: UUID | None = None) -> Event:
    """What history keeps of a decision that was taken, not saved yet."""
    return line_about(
        review.decision,
        review.sample,
        actor=review.reviewer,
        source=source,
        before=review.before,
        after=review.left(),
        reason=review.why,
        batch=batch or review.key,
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
