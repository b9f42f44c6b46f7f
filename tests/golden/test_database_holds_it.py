"""The database itself lets a sample be golden only with its approvals: tried past all code, in SQL."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from afsweb.core.models import User
from datasets_app.models import Decision, Domain, Golden, Sample, Text
from tests.golden.doing import is_golden, take
from tests.review.making import MakeSamples, edited, version

pytestmark = pytest.mark.django_db
GILD = "UPDATE datasets_sample SET is_golden = true, state = 'accepted' WHERE id = %s"
APPROVE = """INSERT INTO datasets_golden
             (sample_id, version_id, review_id, first_by_id, second_by_id, needed, is_current)
             VALUES (%s, %s, %s, %s, %s, %s, true)"""


def execute(sql: str, *params: Any) -> None:
    """The statement as a transaction of its own would end: what waits for the commit is asked now."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, params)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def test_golden_without_an_approval_is_refused(sample: Sample) -> None:
    with pytest.raises(IntegrityError, match="golden_is_approved"):
        execute(GILD, sample.pk)
    assert not is_golden(sample)


def test_golden_with_one_approval_of_two_is_refused(reviewer: User, sample: Sample, two_persons: Domain) -> None:
    take(reviewer, sample, Decision.GOLDEN)
    with pytest.raises(IntegrityError, match="golden_is_approved"):
        execute(GILD, sample.pk)


def test_golden_with_the_approval_of_an_older_text_is_refused(reviewer: User, sample: Sample) -> None:
    take(reviewer, sample, Decision.GOLDEN)
    edited(reviewer, version(sample), Text("What is $2100?", "", "INIDISP."))
    with pytest.raises(IntegrityError, match="golden_is_approved"):
        execute(GILD, sample.pk)


def test_a_golden_sample_does_not_change_its_text_and_stay_golden(reviewer: User, sample: Sample) -> None:
    new = edited(reviewer, version(sample), Text("What is $2100?", "", "INIDISP."))
    take(reviewer, sample, Decision.GOLDEN)
    assert new.pk != sample.current_id
    with pytest.raises(IntegrityError, match="golden_is_approved"):
        execute("UPDATE datasets_sample SET current_id = %s WHERE id = %s", sample.current_id, sample.pk)


def test_a_golden_sample_without_a_text_is_refused(reviewer: User, sample: Sample) -> None:
    take(reviewer, sample, Decision.GOLDEN)
    with pytest.raises(IntegrityError, match="golden_has_a_text"):
        execute("UPDATE datasets_sample SET current_id = NULL WHERE id = %s", sample.pk)


@pytest.mark.parametrize("sql", ["DELETE FROM datasets_golden", "UPDATE datasets_golden SET is_current = false"])
def test_the_approval_of_a_golden_sample_stays(reviewer: User, sample: Sample, sql: str) -> None:
    take(reviewer, sample, Decision.GOLDEN)
    with pytest.raises(IntegrityError, match="golden_is_approved"):
        execute(sql)


def test_one_person_is_not_two(reviewer: User, sample: Sample, two_persons: Domain) -> None:
    review = take(reviewer, sample, Decision.ACCEPT)
    with pytest.raises(IntegrityError, match="two_persons_approve"):
        execute(APPROVE, sample.pk, sample.current_id, review.pk, reviewer.pk, reviewer.pk, 2)


def test_fewer_approvals_than_the_domain_asks_for_are_refused(
    reviewer: User, sample: Sample, two_persons: Domain
) -> None:
    review = take(reviewer, sample, Decision.ACCEPT)
    with pytest.raises(IntegrityError, match="golden needs two persons in this domain"):
        execute(APPROVE, sample.pk, sample.current_id, review.pk, reviewer.pk, None, 1)


def test_one_of_many_with_too_few_approvals_is_enough_to_refuse_all(
    reviewer: User, make_samples: MakeSamples, two_persons: Domain
) -> None:
    reviews = [take(reviewer, sample, Decision.ACCEPT) for sample in make_samples(2)]
    approve = """INSERT INTO datasets_golden (sample_id, version_id, review_id, first_by_id, needed, is_current)
                 SELECT sample_id, version_id, id, reviewer_id, CASE id WHEN %s THEN 1 ELSE 2 END, true
                 FROM datasets_review"""
    with pytest.raises(IntegrityError, match="golden needs two persons in this domain"):
        execute(approve, reviews[1].pk)
    assert not Golden.objects.exists()


def test_an_approval_is_replaced_once(reviewer: User, other: User, sample: Sample) -> None:
    take(reviewer, sample, Decision.GOLDEN)
    (first,) = Golden.objects.all()
    replace = """INSERT INTO datasets_golden
                 (sample_id, version_id, review_id, first_by_id, needed, is_current, replaces_id)
                 VALUES (%s, %s, %s, %s, 1, false, %s)"""
    reviews = [take(user, sample, Decision.ACCEPT) for user in (reviewer, other)]
    execute(replace, sample.pk, first.version_id, reviews[0].pk, reviewer.pk, first.pk)
    with pytest.raises(IntegrityError, match="golden_replaced_once"):
        execute(replace, sample.pk, first.version_id, reviews[1].pk, other.pk, first.pk)


@pytest.mark.parametrize("change", ["needed = 1", "second_by_id = first_by_id + 1", "version_id = version_id + 1"])
def test_who_approved_what_is_never_changed(reviewer: User, sample: Sample, two_persons: Domain, change: str) -> None:
    take(reviewer, sample, Decision.GOLDEN)
    with pytest.raises(IntegrityError, match="never changed"):
        execute(f"UPDATE datasets_golden SET {change}")


def test_a_text_has_one_current_approval(reviewer: User, other: User, sample: Sample, two_persons: Domain) -> None:
    take(reviewer, sample, Decision.GOLDEN)
    review = take(other, sample, Decision.ACCEPT)
    with pytest.raises(IntegrityError, match="one_golden_per_text"):
        execute(APPROVE, sample.pk, sample.current_id, review.pk, other.pk, None, 2)
    assert Golden.objects.count() == 1


def test_a_domain_asks_for_one_or_two(sample: Sample) -> None:
    with pytest.raises(IntegrityError, match="golden_needs_one_or_two"):
        execute("UPDATE datasets_domain SET golden_approvals = 3")
