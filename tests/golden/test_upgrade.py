"""What was golden before there were approvals gets them from the decisions that made it so."""

from __future__ import annotations

import random
from importlib import import_module

import pytest
from django.db import connection

from afsweb.core.models import Event, User
from datasets_app.models import Decision, Golden, Sample
from tests.golden.doing import approvals, is_golden, take
from tests.review.making import MakeSamples

pytestmark = pytest.mark.django_db
APPROVALS = import_module("datasets_app.migrations.0015_golden_comments").APPROVALS


def run_migration() -> None:
    """The migration's statements on a database as it was before: no approvals, nothing that asks for them."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE datasets_sample DROP CONSTRAINT golden_is_approved")
        cursor.execute("DELETE FROM datasets_golden")
        cursor.execute("ALTER TABLE datasets_golden DISABLE TRIGGER datasets_golden_kept")
        cursor.execute(APPROVALS)


def test_approvals_are_those_that_the_decisions_would_have_made(
    reviewer: User, other: User, make_samples: MakeSamples
) -> None:
    samples, dice = make_samples(12), random.Random(5)
    for sample in samples:
        for _ in range(dice.randint(2, 8)):
            take(
                dice.choice([reviewer, other]), sample, dice.choice([Decision.GOLDEN, Decision.REJECT, Decision.ACCEPT])
            )
    before = [approvals(sample) for sample in samples]
    links = list(Golden.objects.order_by("review").values_list("review", "replaces__review"))
    run_migration()
    assert [approvals(sample) for sample in samples] == before
    assert list(Golden.objects.order_by("review").values_list("review", "replaces__review")) == links
    assert any(before is not None for _, before in links)


def test_gold_that_nobody_decided_goes_and_history_says_so(reviewer: User, sample: Sample) -> None:
    take(reviewer, sample, Decision.GOLDEN)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("UPDATE datasets_review SET decision = 'accept'")
    run_migration()
    assert not is_golden(sample)
    assert Event.objects.get(verb="ungold").reason == "nobody had decided that it is golden"
