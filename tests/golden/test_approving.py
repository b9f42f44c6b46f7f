"""Golden by one person or by two: when a sample is golden, when it waits, what ends an approval."""

from __future__ import annotations

import pytest

from afsweb.core.models import Event, User
from datasets_app.exchange.sources import delete_samples
from datasets_app.golden.approving import NotVerified, WaitsForAnother
from datasets_app.models import Decision, Domain, Golden, Review, Sample, SampleState, Text
from datasets_app.review.checking import check_again
from datasets_app.review.decisions import archive, decide
from datasets_app.review.edit import edit
from tests.golden.doing import approvals, is_golden, take
from tests.review.making import edited, version

pytestmark = pytest.mark.django_db
GOLDEN, REJECT, UNGOLD, ACCEPT = Decision.GOLDEN, Decision.REJECT, Decision.UNGOLD, Decision.ACCEPT


def test_one_person_is_enough_unless_the_domain_asks_for_two(reviewer: User, sample: Sample) -> None:
    take(reviewer, sample, GOLDEN)
    assert is_golden(sample)
    assert approvals(sample) == [(sample.current_id, reviewer.pk, None, 1, True, sample.current_id)]


def test_the_first_of_two_accepts_it_and_it_waits(reviewer: User, sample: Sample, two_persons: Domain) -> None:
    review = take(reviewer, sample, GOLDEN)
    now = Sample.objects.get()
    assert (now.state, now.decided_by, now.is_golden) == (SampleState.ACCEPTED, "person", False)
    assert review.waits
    assert approvals(sample) == [(sample.current_id, reviewer.pk, None, 2, True, None)]
    assert Event.objects.get(verb="golden").after["is_golden"] is False


def test_the_second_makes_it_golden(reviewer: User, other: User, sample: Sample, two_persons: Domain) -> None:
    take(reviewer, sample, GOLDEN)
    review = take(other, sample, GOLDEN)
    assert is_golden(sample)
    assert not review.waits
    (first, second) = approvals(sample)
    assert first[4:] == (False, None)
    assert second == (sample.current_id, reviewer.pk, other.pk, 2, True, sample.current_id)


def test_nobody_is_two_persons(reviewer: User, sample: Sample, two_persons: Domain) -> None:
    take(reviewer, sample, GOLDEN)
    with pytest.raises(WaitsForAnother, match="a second person must approve it"):
        take(reviewer, sample, GOLDEN)
    assert not is_golden(sample)
    assert Review.objects.count() == 1


@pytest.mark.parametrize("withdrawing", [REJECT, UNGOLD])
def test_approvals_from_before_a_rejection_count_no_more(
    reviewer: User, other: User, admin_user: User, sample: Sample, two_persons: Domain, withdrawing: Decision
) -> None:
    take(reviewer, sample, GOLDEN)
    take(other, sample, withdrawing)
    take(other, sample, GOLDEN)
    assert not is_golden(sample)
    take(admin_user, sample, GOLDEN)
    assert approvals(sample)[-1][1:3] == (other.pk, admin_user.pk)


def test_the_same_person_may_approve_anew_after_a_rejection(reviewer: User, sample: Sample) -> None:
    for decision in (GOLDEN, REJECT, GOLDEN):
        take(reviewer, sample, decision)
    assert is_golden(sample)
    assert [row[4] for row in approvals(sample)] == [False, True]


def test_accepting_in_between_ends_nothing(reviewer: User, other: User, sample: Sample, two_persons: Domain) -> None:
    take(reviewer, sample, GOLDEN)
    take(reviewer, sample, ACCEPT)
    take(other, sample, GOLDEN)
    assert is_golden(sample)


def test_golden_twice_is_one_approval(reviewer: User, other: User, sample: Sample) -> None:
    take(reviewer, sample, GOLDEN)
    take(other, sample, GOLDEN)
    assert is_golden(sample)
    assert len(approvals(sample)) == 1


def test_ungold_takes_the_gold_and_leaves_the_sample_accepted(reviewer: User, sample: Sample) -> None:
    take(reviewer, sample, GOLDEN)
    take(reviewer, sample, UNGOLD)
    now = Sample.objects.get()
    assert (now.state, now.is_golden) == (SampleState.ACCEPTED, False)


def test_an_edit_needs_its_own_approvals_and_keeps_those_of_the_text_before(
    reviewer: User, other: User, sample: Sample, two_persons: Domain
) -> None:
    take(reviewer, sample, GOLDEN)
    take(other, sample, GOLDEN)
    new = edited(other, version(sample), Text("What is $2100?", "", "INIDISP."))
    assert not is_golden(sample)
    take(reviewer, sample, GOLDEN)
    assert not is_golden(sample)
    take(other, sample, GOLDEN)
    assert is_golden(sample)
    assert {row[0] for row in approvals(sample)} == {sample.current_id, new.pk}


def test_what_the_domain_asks_for_counts_from_then_on(
    reviewer: User, other: User, sample: Sample, source: object
) -> None:
    take(reviewer, sample, GOLDEN)
    Domain.objects.update(golden_approvals=2)
    take(other, sample, GOLDEN)
    assert is_golden(sample)
    assert [row[3] for row in approvals(sample)] == [1]


def test_archiving_takes_the_gold_along(reviewer: User, sample: Sample) -> None:
    take(reviewer, sample, GOLDEN)
    archive(reviewer, Sample.objects.get(), revision=1)
    assert not is_golden(sample)


def test_deleting_a_sample_deletes_its_approvals(reviewer: User, sample: Sample) -> None:
    take(reviewer, sample, GOLDEN)
    delete_samples(Sample.objects.all())
    assert not Golden.objects.exists()


def test_an_edited_text_is_golden_only_once_it_was_verified(reviewer: User, sample: Sample) -> None:
    new = edit(reviewer, version(sample), Text("What is $2100?", "", "INIDISP."))
    revision = Sample.objects.get(pk=sample.pk).revision
    with pytest.raises(NotVerified, match="edited and has not been verified since"):
        decide(reviewer, new, Decision.GOLDEN, revision=revision)
    check_again(new)
    assert not decide(reviewer, new, Decision.GOLDEN, revision=revision).waits
