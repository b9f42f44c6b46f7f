"""Undo: put a sample back exactly as it was before one decision. The decision stays in history, marked as undone."""

from __future__ import annotations

from django.db import transaction
from django.db.models.functions import Now

from afsweb.core.history import record
from afsweb.core.models import EventSource, Role, User
from datasets_app.golden.approving import take_back_approvals
from datasets_app.models import PASSING, Decision, Review, Sample
from datasets_app.review.changes import last_change
from datasets_app.review.errors import ChangedSince, DecidedByGate, NothingToUndo, NotYours, SampleGone
from datasets_app.review.queue import lease


def last_decision(user: User) -> Review | None:
    """This person's newest decision that is not undone."""
    return Review.objects.filter(reviewer=user, undone_at__isnull=True).order_by("-pk").first()


def undo_last(user: User, *, source: EventSource = EventSource.UI) -> Review:
    """Undo this person's newest decision; again for the one before. Raises NothingToUndo, ChangedSince."""
    review = last_decision(user)
    if review is None:
        raise NothingToUndo
    return undo(user, review, source=source)


@transaction.atomic
def undo(user: User, review: Review, *, source: EventSource = EventSource.UI) -> Review:
    """Put the sample back as it was before `review`, leased to `user`. Undone already: nothing happens.

    Raises ChangedSince when something later changed the sample, NotYours for another person's, DecidedByGate.
    """
    if review.reviewer is None:
        raise DecidedByGate
    if review.reviewer != user and not user.has_role(Role.ADMIN):
        raise NotYours(reviewer=review.reviewer.get_username())
    sample = Sample.objects.select_for_update().filter(pk=review.sample_id).first()
    if sample is None:
        raise SampleGone
    if not Review.objects.filter(pk=review.pk, undone_at__isnull=True).update(undone_at=Now()):
        return review
    verb = f"un{review.decision}"
    if review.decision not in PASSING:
        verb = "undo"
        _put_back(sample, review, user)
    record(verb, sample, actor=user, source=source, before=review.left(), after=review.before)
    review.refresh_from_db()
    return review


def _put_back(sample: Sample, review: Review, user: User) -> None:
    later = Review.objects.filter(sample=sample, pk__gt=review.pk, undone_at__isnull=True).exclude(decision__in=PASSING)
    if sample.standing() != review.left() or later.exists():
        raise ChangedSince(change=last_change(sample))
    if review.decision == Decision.GOLDEN:
        take_back_approvals([review.pk])
    was = dict(review.before)
    sample.change(sample.revision, current_id=was.pop("version"), **was, **lease(user))
