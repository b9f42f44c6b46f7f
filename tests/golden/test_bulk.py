"""Golden on many samples at once comes to the same as one by one, and undo cannot tell them apart."""

from __future__ import annotations

import random
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from afsweb.core.models import Event, EventSource, User
from datasets_app.golden.approving import WaitsForAnother
from datasets_app.golden.bulk import make_golden
from datasets_app.models import Decision, Domain, Golden, Review, Sample, SampleState
from datasets_app.review.decisions import archive
from datasets_app.review.undo import undo
from tests.golden.doing import approvals, is_golden, take
from tests.review.making import MakeSamples, make_score

pytestmark = pytest.mark.django_db


def ids(samples: list[Sample]) -> list[int]:
    return [sample.pk for sample in samples]


def told(sample: Sample) -> tuple[Any, ...]:
    """All that a decision leaves behind, apart from keys and times."""
    now = Sample.objects.get(pk=sample.pk)
    reviews = Review.objects.filter(sample=sample).order_by("pk")
    events = Event.objects.filter(object_type="datasets.sample", object_id=sample.pk).order_by("pk")
    goldens = Golden.objects.filter(sample=sample).order_by("pk")
    return (
        plain(now.standing()) | {"revision": now.revision, "lease": now.leased_to_id},
        [(one.reviewer_id, one.decision, one.waits, plain(one.before)) for one in reviews],
        [(one.actor_id, one.verb, plain(one.before), plain(one.after)) for one in events],
        list(goldens.values_list("first_by", "second_by", "needed", "is_current", "passed")),
    )


def plain(standing: dict[str, Any]) -> dict[str, Any]:
    return standing | {"version": None}


def test_all_become_golden_with_their_history(reviewer: User, make_samples: MakeSamples) -> None:
    samples, batch = make_samples(3), uuid4()
    taken = make_golden(ids(samples[:2]), reviewer, batch, note="they read well", source=EventSource.UI)
    assert taken == ids(samples[:2])
    assert [is_golden(sample) for sample in samples] == [True, True, False]
    lines = Event.objects.filter(batch=batch)
    assert set(lines.values_list("actor", "verb", "source", "reason")) == {
        (reviewer.pk, "golden", "ui", "they read well")
    }
    assert lines.count() == 2


@pytest.mark.parametrize("needed", [1, 2])
@pytest.mark.parametrize("seed", range(8))
def test_it_comes_to_the_same_as_one_by_one(
    reviewer: User, other: User, make_samples: MakeSamples, seed: int, needed: int
) -> None:
    Domain.objects.update(golden_approvals=needed)
    dice = random.Random(seed)
    one, many = make_samples(2)
    for sample in (one, many):
        make_score(sample, 0.5)
    for _ in range(dice.randint(0, 6)):
        user, kind = dice.choice([reviewer, other]), dice.choice([*Decision, Decision.GOLDEN])
        for sample in (one, many):
            try:
                if kind != Decision.EDIT:
                    take(user, sample, kind)
            except WaitsForAnother:
                pass
    try:
        take(other, one, Decision.GOLDEN)
    except WaitsForAnother:
        assert make_golden([many.pk], other, uuid4()) == []
    else:
        make_golden([many.pk], other, uuid4())
    assert told(one) == told(many)


def test_the_first_of_two_waits_and_the_second_completes(
    reviewer: User, other: User, make_samples: MakeSamples, two_persons: Domain
) -> None:
    samples = make_samples(2)
    assert make_golden(ids(samples), reviewer, uuid4()) == ids(samples)
    assert not any(is_golden(sample) for sample in samples)
    assert make_golden(ids(samples), reviewer, uuid4()) == []
    assert make_golden(ids(samples), other, uuid4()) == ids(samples)
    assert all(is_golden(sample) for sample in samples)


def test_archived_samples_are_left_alone(reviewer: User, make_samples: MakeSamples) -> None:
    first, second = make_samples(2)
    archive(reviewer, first, revision=0)
    assert make_golden(ids([first, second]), reviewer, uuid4()) == [second.pk]
    assert Sample.objects.get(pk=first.pk).state == SampleState.ARCHIVED


def test_each_is_undone_as_if_it_had_been_decided_alone(reviewer: User, sample: Sample) -> None:
    before = Sample.objects.get().standing()
    make_golden([sample.pk], reviewer, uuid4())
    undo(reviewer, Review.objects.get())
    assert Sample.objects.get().standing() == before
    assert approvals(sample) == []


def test_the_number_of_statements_does_not_grow(reviewer: User, make_samples: MakeSamples) -> None:
    few, many = make_samples(2), make_samples(40)
    counts = []
    for samples in (few, many):
        with CaptureQueriesContext(connection) as captured:
            make_golden(ids(samples), reviewer, uuid4())
        counts.append(len(captured))
    assert counts[0] == counts[1]
