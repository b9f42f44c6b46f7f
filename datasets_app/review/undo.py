"""Undo: put a sample back exactly as it was before one change. The change stays in history, marked as undone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import OuterRef, Subquery
from django.db.models.functions import Now

from afsweb.core.history import record
from afsweb.core.models import Event, EventSource, Role, User
from datasets_app.golden.approving import take_back_approvals
from datasets_app.models import PASSING, Decision, Review, Sample
from datasets_app.preferences.pairs import withdraw_edit
from datasets_app.review import cluster, opinions
from datasets_app.review.changes import OPINION, UNDO, facet_of, last_change, later_changes
from datasets_app.review.cluster import undo_cluster
from datasets_app.review.errors import (
    ChangedSince,
    DecidedByGate,
    NothingToUndo,
    NotUndoable,
    NotYours,
    SampleGone,
)
from datasets_app.review.leases import lease
from datasets_app.review.lines import key_in, line_of, review_of


def last_decision(user: User) -> Review | None:
    """This person's newest decision that is not undone. One of an action on many samples is undone from history."""
    rows = Review.objects.filter(reviewer=user, undone_at__isnull=True, bulk__isnull=True)
    return rows.order_by("-pk").first()


@dataclass(frozen=True)
class Action:
    """One decision of a person that can be undone, or several that were one action: then its batch is its key."""

    key: UUID
    sample: UUID
    decision: str
    reason: str


def recent_actions(user: User, count: int) -> list[Action]:
    """This person's newest actions that are not undone, the newest first; a cluster's decisions are one.

    Those of an action on many samples are not among them: they are undone from its page.
    """
    lines = Event.objects.filter(
        object_type=Sample._meta.label_lower,
        object_id=OuterRef("sample"),
        actor=user,
        verb=OuterRef("decision"),
        at__gte=OuterRef("created_at"),
    ).order_by("pk")
    taken = Review.objects.filter(reviewer=user, undone_at__isnull=True, bulk__isnull=True).order_by("-pk")
    rows = taken.annotate(batch=Subquery(lines.values("batch")[:1])).values_list(
        "key", "batch", "sample", "sample__uuid", "decision", "reason"
    )
    found: dict[UUID, Action] = {}
    for own, batch, number, sample, decision, reason in rows[: count if count == 1 else count + cluster.LIMIT]:
        key = batch if batch and own == key_in(batch, number) else own
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
    _check_may(user, review.reviewer)
    sample = _locked(review.sample_id)
    if not Review.objects.filter(pk=review.pk, undone_at__isnull=True).update(undone_at=Now()):
        return review
    stood, line = sample.standing(), line_of(review)
    verb = _reverse(sample, review, line, user)
    sample.refresh_from_db()
    record(verb, sample, actor=user, source=source, before=stood, after=sample.standing(), undoes=line)
    review.refresh_from_db()
    return review


@transaction.atomic
def take_back(user: User, event: Event, *, source: EventSource = EventSource.UI) -> None:
    """Undo what one line of history says, at any time: a decision, or another change of a sample.

    Undone already: nothing happens. Raises as `undo` does; ChangedSince says in `later` what must go first. Raises
    NotUndoable for a line that changed nothing which could be put back.
    """
    review = review_of(event)
    if review is not None:
        undo(user, review, source=source)
        return
    facet = facet_of(event)
    if event.source == EventSource.GATE:
        raise DecidedByGate
    if event.object_type != Sample._meta.label_lower or event.verb == UNDO or not facet:
        raise NotUndoable
    _check_may(user, event.actor)
    sample = _locked(event.object_id)
    if Event.objects.filter(undoes=event).exists():
        return
    later = list(later_changes(event).select_related("actor"))
    if later or {name: getattr(sample, column) for name, column in facet.items()} != _part(event.after, facet):
        raise ChangedSince(last_change(sample), later)
    sample.change(sample.revision, **{column: event.before[name] for name, column in facet.items()}, **lease(user))
    before, after = _part(event.after, facet), _part(event.before, facet)
    record(UNDO, sample, actor=user, source=source, before=before, after=after, undoes=event)


def _reverse(sample: Sample, review: Review, line: Event | None, user: User) -> str:
    """Undo what `review` did to the sample; returns the verb of that."""
    if review.is_opinion:
        if review.repeat_of_id is None:
            opinions.take_back(sample, review)
        return f"un{OPINION}"
    if review.decision in PASSING:
        return f"un{review.decision}"
    _put_back(sample, review, line, user)
    return UNDO


def _put_back(sample: Sample, review: Review, line: Event | None, user: User) -> None:
    later = Review.objects.filter(sample=sample, pk__gt=review.pk, undone_at__isnull=True, is_opinion=False)
    if sample.standing() != review.left() or later.exclude(decision__in=PASSING).exists():
        lines = list(later_changes(line).select_related("actor")) if line else []
        raise ChangedSince(last_change(sample), lines)
    if review.decision == Decision.GOLDEN:
        take_back_approvals([review.pk])
    was = dict(review.before)
    sample.change(sample.revision, current_id=was.pop("version"), **was, **lease(user))
    if review.decision == Decision.EDIT:
        withdraw_edit(review.version)


def _check_may(user: User, actor: User | None) -> None:
    if actor != user and not user.has_role(Role.ADMIN):
        raise NotYours(reviewer=actor.get_username() if actor else "whoever sits at the hub's command line")


def _locked(sample_id: int) -> Sample:
    sample = Sample.objects.select_for_update().filter(pk=sample_id).first()
    if sample is None:
        raise SampleGone
    return sample


def _part(standing: Mapping[str, Any], facet: Mapping[str, str]) -> dict[str, Any]:
    return {name: standing[name] for name in facet}
