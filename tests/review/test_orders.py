"""The orders of a queue: what comes first, what is drawn at random, and the formula of the default order."""

from __future__ import annotations

from math import log

import pytest

from afsweb.core.models import User
from datasets_app.domains.base import get_domain
from datasets_app.models import CoverageCell, Decider, Order, Sample, SampleState, Score, Text, Verdict
from datasets_app.review import claim as claiming
from datasets_app.review.claim import claim
from datasets_app.review.edit import edit
from datasets_app.review.order import gain
from datasets_app.review.queue import Queue, Show
from datasets_app.review.undo import undo_last
from tests.review.making import MakeSamples, make_score, version
from tests.review.queues import saved

pytestmark = pytest.mark.django_db


def scored(make_samples: MakeSamples, *overalls: float | None) -> list[int]:
    """The keys of samples with these scores, in this order."""
    samples = make_samples(len(overalls))
    for sample, overall in zip(samples, overalls, strict=True):
        make_score(sample, overall)
    return [sample.pk for sample in samples]


@pytest.mark.parametrize(
    ("order", "places"),
    [
        (Order.UNCERTAIN, [1, 0, 2, 3]),
        (Order.NEWEST, [3, 2, 1, 0]),
        (Order.LOWEST, [0, 1, 2, 3]),
        (Order.HIGHEST, [2, 1, 0, 3]),
    ],
)
def test_each_order_has_its_first(reviewer: User, make_samples: MakeSamples, order: Order, places: list[int]) -> None:
    keys = scored(make_samples, 0.1, 0.41, 0.9, None)
    assert list(claim(saved(order=order), reviewer, 5)) == [keys[place] for place in places]


@pytest.mark.parametrize("order", Order.values)
def test_every_order_holds_for_what_the_gate_decided(reviewer: User, make_samples: MakeSamples, order: str) -> None:
    keys = scored(make_samples, 0.41, 0.9)
    Sample.objects.update(state=SampleState.ACCEPTED, decided_by=Decider.GATE)
    assert set(claim(Queue(saved(order=order).rules, Show.GATE), reviewer, 5)) == set(keys)


def test_what_a_look_is_worth(make_samples: MakeSamples) -> None:
    sample, plain, unscored = make_samples(3)
    make_score(sample, 0.5)
    make_score(plain, 0.5)
    code = get_domain("asm65816")
    top = len(code.ladder) - 1
    Verdict.objects.create(
        version=version(sample), verifier=code.slug, verifier_version=code.verifier_version, level=top
    )
    CoverageCell.objects.create(domain=sample.domain, kind=sample.kind, accepted=9)
    worth = dict(Sample.objects.annotate(worth=gain()).values_list("pk", "worth"))
    # The threshold of asm65816 is 0.4: closeness 0.9. The verdict reached the top: disagreement 1 + |1 - 0.5|.
    assert worth[sample.pk] == pytest.approx(0.9 * 1.5 / (1 + log(10)))
    assert worth[plain.pk] == pytest.approx(0.9 / (1 + log(10)))
    assert worth[unscored.pk] is None


def test_a_thin_cell_comes_before_a_full_one(reviewer: User, make_samples: MakeSamples) -> None:
    (full,), (thin,) = make_samples(1, kind="register"), make_samples(1, kind="story")
    for sample in (full, thin):
        make_score(sample, 0.5)
    CoverageCell.objects.create(domain=full.domain, kind="register", accepted=100)
    assert list(claim(saved(), reviewer, 2)) == [thin.pk, full.pk]


def test_a_verdict_of_an_old_verifier_does_not_count(make_samples: MakeSamples) -> None:
    (sample,) = make_samples(1)
    make_score(sample, 0.5)
    Verdict.objects.create(version=version(sample), verifier="asm65816", verifier_version="0", level=0)
    assert Sample.objects.annotate(worth=gain()).values_list("worth", flat=True).get() == pytest.approx(0.9)


def test_the_order_follows_a_score_that_changes(reviewer: User, make_samples: MakeSamples) -> None:
    first, second = scored(make_samples, 0.1, 0.2)
    queue = saved(order=Order.LOWEST)
    assert list(claim(queue, reviewer, 2)) == [first, second]
    Score.objects.filter(version__sample=first).update(overall=0.3)
    assert list(claim(queue, reviewer, 2)) == [second, first]


def test_the_order_follows_the_version_that_is_current(reviewer: User, sample: Sample) -> None:
    make_score(sample, 0.2)
    edit(reviewer, version(sample), Text("What is $2100?", "", "INIDISP."))
    assert Sample.objects.values_list("overall", "distance").get() == (None, None)
    undo_last(reviewer)
    assert list(Sample.objects.values_list("overall", "distance").get()) == pytest.approx([0.2, 0.2])


def test_a_share_of_the_cards_is_drawn_at_random(reviewer: User, make_samples: MakeSamples) -> None:
    scored(make_samples, *(0.4 + place / 1000 for place in range(200)))
    drawn = list(claim(saved(random_share=0.5), reviewer, 20))
    in_order = list(Sample.objects.order_by("distance").values_list("pk", flat=True)[:20])
    assert len(drawn) == len(set(drawn)) == 20
    assert drawn != in_order
    assert set(drawn) & set(in_order)


def test_everything_at_random_still_claims_as_many(reviewer: User, make_samples: MakeSamples) -> None:
    keys = scored(make_samples, *[0.5] * 5)
    assert sorted(claim(saved(random_share=1), reviewer, 5)) == keys


def test_random_cards_stand_anywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("random.randint", lambda low, high: low)
    assert list(claiming._strewn([1, 2], [3], {4: 9})) == [4, 3, 1, 2]
