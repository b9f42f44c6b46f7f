"""Undo: put a sample back exactly as it was before one decision. The decision stays in history, marked as undone."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID, uuid5

from django.db import transaction
from django.db.models import OuterRef, Subquery
from django.db.models.functions import Now

from afsweb.core.history import record
from afsweb.core.models import Event, EventSource, Role, User
from datasets_app.models import PASSING, Review, Sample
from datasets_app.review import cluster
from datasets_app.review.changes import last_change
from datasets_app.review.cluster import undo_cluster
from datasets_app.review.errors import ChangedSince, DecidedByGate, NothingToUndo, NotYours, SampleGone
from datasets_app.review.queue import lease


def last_decision(user: User) -> Review | None:
    """This person's newest decision that is not undone."""
    return Review.objects.filter(reviewer=user, undone_at__isnull=True).order_by("-pk").first()


@dataclass(frozen=True)
class Action:
    """One decision of a person that can be undone, or several that were one action: then its batch is its key."""

    key: UUID
    sample: UUID
    decision: str
    reason: str


def recent_actions(user: User, count: int) -> list[Action]:
    """This person's newest actions that are not undone, the newest first; a cluster's decisions are one."""
    lines = Event.objects.filter(
        object_type=Sample._meta.label_lower,
        object_id=OuterRef("sample"),
        actor=user,
        verb=OuterRef("decision"),
        at__gte=OuterRef("created_at"),
    ).order_by("pk")
    taken = Review.objects.filter(reviewer=user, undone_at__isnull=True).order_by("-pk")
    rows = taken.annotate(batch=Subquery(lines.values("batch")[:1])).values_list(
        "key", "batch", "sample__uuid", "decision", "reason"
    )
    found: dict[UUID, Action] = {}
    for own, batch, sample, decision, reason in rows[: count if count == 1 else count + cluster.LIMIT]:
        key = batch if batch and own == uuid5(batch, str(sample)) else own
        found.setdefault(key, Action(key, sample, decision, reason))
    return list(found.values())[:count]


def undo_action(user: User, key: UUID, *, source: EventSource = EventSource.UI) -> list[Sample]:
    """Undo what `user` decided under `key`, one sample or a cluster, and return the samples as they are now.

    Raises NothingToUndo when no such decision of theirs arrived, ChangedSince.
    """
    review = Review.objects.select_related("reviewer").filter(key=key, reviewer=user).first()
    if review is None:
        samples = undo_cluster(user, key, source=source)
        if not samples:
            raise NothingToUndo
        return samples
    undo(user, review, source=source)
    return list(Sample.objects.filter(pk=review.sample_id))


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
    was = dict(review.before)
    sample.change(sample.revision, current_id=was.pop("version"), **was, **lease(user))
