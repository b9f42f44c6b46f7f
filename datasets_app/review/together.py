"""Plain decisions on many cards at once: one transaction of a few statements, and one wait for the disk."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import takewhile
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Case, CharField, Exists, F, OuterRef, Value, When

from afsweb.core.models import Event, EventSource, User
from datasets_app.models import EFFECTS, Decision, Review, Sample, SampleState, SampleVersion
from datasets_app.review.decisions import line_of_decision
from datasets_app.review.opinions import free_all

TOGETHER = (Decision.ACCEPT, Decision.REJECT, Decision.SKIP)
"""They change the sample's own row alone: no approval, no flag that somebody must settle."""
Told = Mapping[str, Any]
"""A decision as `SentDecision` cleaned it."""


def decide_together(user: User, told: Sequence[Told], source: EventSource = EventSource.UI) -> int:
    """Take these decisions up to the first that something stands against; returns how many. `decide` is for that one.

    Nothing stands against one when its sample is as it was seen, is neither archived nor golden nor held by another
    transaction, occurs once, and the key is new. Each is one of TOGETHER, and no opinion or repeat.
    """
    if len(told) < 2:
        return 0
    try:
        with transaction.atomic():
            reviews = _ready(user, told)
            _change(user, reviews)
            Review.objects.bulk_create(reviews)
            Event.objects.bulk_create(line_of_decision(review, source) for review in reviews)
    except IntegrityError:  # the same batch came twice at once, or a page used a key again
        return 0
    return len(reviews)


def _ready(user: User, told: Sequence[Told]) -> list[Review]:
    """The first decisions, as long as their samples are locked now and stand as they were seen."""
    versions = _locked(told)
    times = Counter(versions[one["version"]].sample_id for one in told if one["version"] in versions)

    def is_ready(one: Told) -> bool:
        version = versions.get(one["version"])
        return version is not None and times[version.sample_id] == 1 and _fits(version, one)

    return [_review(user, versions[one["version"]], one) for one in takewhile(is_ready, told)]


def _locked(told: Iterable[Told]) -> dict[UUID, SampleVersion]:
    """Uuid -> version, with its locked sample. What another transaction holds is passed over: nobody waits for both."""
    known = Review.objects.filter(version=OuterRef("pk"), key__in=[one["key"] for one in told])
    versions = SampleVersion.objects.filter(~Exists(known), uuid__in=[one["version"] for one in told])
    locked = versions.select_related("sample").select_for_update(of=("sample",), skip_locked=True, no_key=True)
    return {version.uuid: version for version in locked.only("uuid", "sample").order_by("sample_id")}


def _fits(version: SampleVersion, told: Told) -> bool:
    """Whether nothing stands against a decision."""
    sample = version.sample
    if sample.state == SampleState.ARCHIVED or sample.is_golden:
        return False
    if (told["decision"] == Decision.REJECT) != bool(told["reason"]):
        return False
    return told["decision"] not in EFFECTS or (sample.revision == told["revision"] and sample.current_id == version.pk)


def _review(user: User, version: SampleVersion, told: Told) -> Review:
    return Review(
        sample=version.sample,
        version=version,
        reviewer=user,
        queue_id=told["ticket"].queue_id,
        is_opinion=False,
        before=version.sample.standing(),
        **{name: told[name] for name in ("decision", "reason", "note", "seconds", "key")},
    )


def _change(user: User, reviews: Iterable[Review]) -> None:
    """Write what the decisions change. As no sample is golden, accepting and rejecting differ in the state alone."""
    judged = [review for review in reviews if review.decision in EFFECTS]
    passed = [review for review in reviews if review.decision not in EFFECTS]
    if judged:
        rejected = [review.sample_id for review in judged if review.decision == Decision.REJECT]
        state = Case(
            When(pk__in=rejected, then=Value(SampleState.REJECTED)),
            default=Value(SampleState.ACCEPTED),
            output_field=CharField(),
        )
        changes = EFFECTS[Decision.ACCEPT] | {"state": state, "leased_to": None, "leased_until": None}
        samples = Sample.objects.filter(pk__in=[review.sample_id for review in judged])
        samples.update(**changes, revision=F("revision") + 1)
    if passed:
        free_all(user, passed)
