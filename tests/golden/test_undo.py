"""Undo of what concerns gold: the sample and its approvals are exactly what they were, whoever decided in between."""

from __future__ import annotations

import random
from typing import Any

import pytest

from afsweb.core.models import User
from datasets_app.golden.approving import WaitsForAnother
from datasets_app.models import Decision, Domain, Sample, Text
from datasets_app.review.undo import undo
from tests.golden.doing import approvals, is_golden, take
from tests.review.making import edited, version

pytestmark = pytest.mark.django_db


def everything(sample: Sample) -> tuple[Any, ...]:
    """What undo must put back; a row that comes again has another key, so keys stay out."""
    return Sample.objects.get(pk=sample.pk).standing(), approvals(sample)


def test_undo_of_the_second_approval_lets_it_wait_again(
    reviewer: User, other: User, sample: Sample, two_persons: Domain
) -> None:
    take(reviewer, sample, Decision.GOLDEN)
    before = everything(sample)
    undo(other, take(other, sample, Decision.GOLDEN))
    assert everything(sample) == before
    take(other, sample, Decision.GOLDEN)
    assert is_golden(sample)


def test_undo_of_the_first_approval_leaves_none(reviewer: User, sample: Sample, two_persons: Domain) -> None:
    before = everything(sample)
    undo(reviewer, take(reviewer, sample, Decision.GOLDEN))
    assert everything(sample) == before
    assert approvals(sample) == []


def test_undo_of_a_rejection_lets_approvals_count_again(
    reviewer: User, other: User, admin_user: User, sample: Sample, two_persons: Domain
) -> None:
    take(reviewer, sample, Decision.GOLDEN)
    undo(other, take(other, sample, Decision.REJECT))
    take(admin_user, sample, Decision.GOLDEN)
    assert is_golden(sample)


def test_undo_of_a_rejection_brings_gold_back_though_the_domain_asks_for_two_now(
    reviewer: User, sample: Sample
) -> None:
    take(reviewer, sample, Decision.GOLDEN)
    review = take(reviewer, sample, Decision.REJECT)
    Domain.objects.update(golden_approvals=2)
    undo(reviewer, review)
    assert is_golden(sample)


@pytest.mark.parametrize("needed", [1, 2])
@pytest.mark.parametrize("seed", range(25))
def test_do_and_undo_is_as_if_nothing_had_been(
    reviewer: User, other: User, admin_user: User, sample: Sample, seed: int, needed: int
) -> None:
    """Three people, mostly about gold, undone in the order that undo asks for."""
    Domain.objects.update(golden_approvals=needed)
    dice = random.Random(seed * 2 + needed)
    kinds = [*Decision, *[Decision.GOLDEN] * 6, Decision.REJECT, Decision.UNGOLD]
    done, path = [], [everything(sample)]
    for step in range(dice.randint(4, 14)):
        user, kind = dice.choice([reviewer, other, admin_user]), dice.choice(kinds)
        try:
            if kind == Decision.EDIT:
                now = Sample.objects.select_related("current").get()
                new = edited(user, version(now), Text(f"Question {seed} {step}?", "", "An answer."))
                done.append((user, new.reviews.get()))
            else:
                done.append((user, take(user, sample, kind)))
        except WaitsForAnother:
            continue
        path.append(everything(sample))
    for (user, review), before in zip(reversed(done), reversed(path[:-1]), strict=True):
        undo(user, review)
        assert everything(sample) == before
