"""One decision for a whole cluster of near-duplicates: one action in the history, and one undo."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Now

from afsweb.core.models import Event, EventSource, User
from datasets_app.models import EFFECTS, Decision, Review, Sample, SampleState, SampleVersion, Seat
from datasets_app.review.changes import last_change
from datasets_app.review.decisions import check_reason
from datasets_app.review.errors import BadDecision, ChangedSince, ClusterTooLarge, NoneWait, SampleChanged
from datasets_app.review.leases import lease
from datasets_app.review.lines import key_in

LIMIT = 200
DECISIONS = (Decision.ACCEPT, Decision.REJECT)


@dataclass(frozen=True)
class Cluster:
    """The other near-duplicates of a sample: those that can be decided, and how many cannot."""

    waiting: list[Sample]
    held_by_others: int
    decided: int


@dataclass(frozen=True)
class Taken:
    """What one decision for a cluster came to: the samples it decided, how many others have open."""

    samples: list[UUID]
    left_out: int


def look_at_cluster(user: User, sample: Sample) -> Cluster:
    """The near-duplicates of `sample` beside itself, LIMIT + 1 of those that wait at most."""
    if sample.cluster is None:
        return Cluster([], 0, 0)
    others = _members(sample).exclude(pk=sample.pk)
    waiting = others.filter(_open(user))
    decided = others.exclude(state__in=(SampleState.PENDING, SampleState.ARCHIVED))
    free = waiting.exclude(_held(user)).select_related("current").defer("current__search").order_by("pk")
    return Cluster(list(free[: LIMIT + 1]), waiting.filter(_held(user)).count(), decided.count())


@transaction.atomic
def decide_cluster(
    user: User,
    version: SampleVersion,
    decision: Decision,
    *,
    revision: int,
    key: UUID,
    reason: str = "",
    note: str = "",
    source: EventSource = EventSource.UI,
) -> Taken:
    """Accept or reject all that wait of the cluster of `version`'s sample, as one action whose batch is `key`.

    The sample itself is one of them while it waits; `revision` is how it was seen. What others have open is left out.
    The same `key` again returns what came of it the first time. Raises BadDecision, SampleChanged, NoneWait and
    ClusterTooLarge.
    """
    if decision not in DECISIONS:
        raise BadDecision(problem="a cluster is accepted or rejected, nothing else.")
    check_reason(decision, reason)
    samples, left_out = _lock(user, version)
    if earlier := _samples_of(user, key):
        return Taken([sample.uuid for sample in earlier], left_out)
    if any(sample.pk == version.sample_id and sample.revision != revision for sample in samples):
        raise SampleChanged(change=last_change(version.sample))
    if not samples:
        raise NoneWait
    if len(samples) > LIMIT:
        raise ClusterTooLarge(limit=LIMIT)
    about = {"reviewer": user, "decision": decision, "reason": reason, "note": note}
    reviews = [
        Review(sample=one, version=one.current, before=one.standing(), key=key_in(key, one.pk), **about)
        for one in samples
    ]
    _write(reviews, source, key)
    return Taken([sample.uuid for sample in samples], left_out)


@transaction.atomic
def undo_cluster(user: User, key: UUID, *, source: EventSource = EventSource.UI) -> list[Sample]:
    """Put every sample of the action `key` of `user` back, leased to them; empty when there is no such action.

    All or nothing: raises ChangedSince when one of them was changed since. Undone already: nothing happens.
    """
    samples = {sample.pk: sample for sample in _samples_of(user, key, lock=True)}
    keys = [key_in(key, pk) for pk in samples]
    reviews = list(Review.objects.filter(key__in=keys, reviewer=user, undone_at__isnull=True).order_by("pk"))
    later = Review.objects.filter(sample__in=samples, pk__gt=max((one.pk for one in reviews), default=0))
    changed = set(later.filter(undone_at__isnull=True, decision__in=EFFECTS).values_list("sample", flat=True))
    for review in reviews:
        sample = samples[review.sample_id]
        if sample.standing() != review.left() or sample.pk in changed:
            raise ChangedSince(f"of sample {sample.pk}, {last_change(sample)}")
    Review.objects.filter(pk__in=[review.pk for review in reviews]).update(undone_at=Now())
    for review in reviews:
        was = {name: value for name, value in review.before.items() if name != "version"}
        samples[review.sample_id].change(samples[review.sample_id].revision, **was, **lease(user))
    batch, lines = uuid4(), _lines_of(key)
    Event.objects.bulk_create(
        _line(review, "undo", review.left(), review.before, source, batch, undoes=lines.get(review.sample_id))
        for review in reviews
    )
    return list(Sample.objects.filter(pk__in=samples))


def _members(sample: Sample) -> QuerySet[Sample]:
    return Sample.objects.filter(cluster=sample.cluster, current__isnull=False)


def _open(user: User) -> Q:
    """What waits for `user`: no other person's own, no dispute, and none that several people are judging one by one."""
    seats = Seat.objects.filter(Q(review__isnull=False) | Q(until__gt=Now()), version=OuterRef("current"))
    mine = Q(assigned_to__isnull=True) | Q(assigned_to=user)
    return Q(state=SampleState.PENDING, is_disputed=False) & mine & Q(~Exists(seats))


def _held(user: User) -> Q:
    return Q(leased_until__gt=Now(), leased_to__isnull=False) & ~Q(leased_to=user)


def _lock(user: User, version: SampleVersion) -> tuple[list[Sample], int]:
    """Those of the cluster that wait and are nobody else's now, locked, and how many others have open."""
    if version.sample.cluster is None:
        raise NoneWait
    waiting = _members(version.sample).filter(_open(user))
    left_out = waiting.filter(_held(user)).count()
    free = (
        waiting.exclude(_held(user)).select_related("current").defer("current__search").select_for_update(of=["self"])
    )
    return list(free.order_by("pk")[: LIMIT + 1]), left_out


def _samples_of(user: User, batch: UUID, *, lock: bool = False) -> list[Sample]:
    ids = Event.objects.filter(batch=batch, actor=user, object_type=Sample._meta.label_lower).values("object_id")
    found = Sample.objects.filter(pk__in=ids).order_by("pk")
    return list(found.select_for_update() if lock else found)


def _write(reviews: list[Review], source: EventSource, batch: UUID) -> None:
    changes = {"leased_to": None, "leased_until": None, "revision": F("revision") + 1}
    ids = [review.sample_id for review in reviews]
    Sample.objects.filter(pk__in=ids).update(**changes, **EFFECTS[reviews[0].decision])
    Review.objects.bulk_create(reviews)
    Event.objects.bulk_create(
        _line(one, one.decision, one.before, one.left(), source, batch, reason=one.why) for one in reviews
    )


def _lines_of(batch: UUID) -> dict[int, int]:
    """Sample -> the line of history of what the action `batch` did to it."""
    lines = Event.objects.filter(batch=batch, object_type=Sample._meta.label_lower, verb__in=DECISIONS)
    return dict(lines.values_list("object_id", "pk"))


def _line(
    review: Review,
    verb: str,
    before: object,
    after: object,
    source: EventSource,
    batch: UUID,
    *,
    reason: str = "",
    undoes: int | None = None,
) -> Event:
    return Event(
        actor_id=review.reviewer_id,
        source=source,
        verb=verb,
        object_type=Sample._meta.label_lower,
        object_id=review.sample_id,
        before=before,
        after=after,
        reason=reason[:300],
        batch=batch,
        undoes_id=undoes,
    )
