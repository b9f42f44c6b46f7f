"""A decision: what it makes of the sample, that it counts once, that nobody's is overwritten."""

from __future__ import annotations

from uuid import uuid4

import pytest

from afsweb.core.models import Event, EventSource, Role, User
from datasets_app.models import (
    Decider,
    Decision,
    GateVersion,
    RejectReason,
    Review,
    Sample,
    SampleState,
)
from datasets_app.review.decisions import archive, decide
from datasets_app.review.errors import BadDecision, KeyReused, SampleArchived, SampleChanged
from tests.conftest import make_user
from tests.review.making import version


def now(sample: Sample) -> Sample:
    return Sample.objects.get(pk=sample.pk)


@pytest.fixture
def other(db: None) -> User:
    return make_user(Role.TRAINER)


def test_accept(reviewer: User, sample: Sample) -> None:
    review = decide(reviewer, version(sample), Decision.ACCEPT, revision=0, seconds=1.5)
    after = now(sample)
    assert (after.state, after.decided_by, after.is_golden, after.revision) == ("accepted", "person", False, 1)
    assert (review.seconds, review.before["state"]) == (1.5, "pending")
    event = Event.objects.get(object_type="datasets.sample", object_id=sample.pk)
    assert (event.verb, event.actor, event.source) == ("accept", reviewer, EventSource.UI)
    assert (event.before["state"], event.after["state"]) == ("pending", "accepted")


def test_reject_keeps_its_reason(reviewer: User, sample: Sample) -> None:
    decide(reviewer, version(sample), Decision.REJECT, revision=0, reason=RejectReason.WRONG_FACT, note="it is $2115")
    assert now(sample).state == SampleState.REJECTED
    assert Review.objects.get().reason == "wrong_fact"
    assert Event.objects.get().reason == "a fact is wrong: it is $2115"


@pytest.mark.parametrize("decision, reason", [("reject", ""), ("accept", "unclear"), ("edit", "")])
def test_a_decision_that_says_too_little_or_too_much_is_refused(
    reviewer: User, sample: Sample, decision: str, reason: str
) -> None:
    with pytest.raises(BadDecision):
        decide(reviewer, version(sample), Decision(decision), revision=0, reason=reason)
    assert now(sample).revision == 0
    assert not Review.objects.exists()


def test_golden_is_accepted(reviewer: User, sample: Sample) -> None:
    decide(reviewer, version(sample), Decision.GOLDEN, revision=0)
    assert (now(sample).state, now(sample).is_golden) == (SampleState.ACCEPTED, True)


def test_rejecting_a_golden_sample_takes_its_gold(reviewer: User, sample: Sample) -> None:
    decide(reviewer, version(sample), Decision.GOLDEN, revision=0)
    decide(reviewer, version(sample), Decision.REJECT, revision=1, reason=RejectReason.UNCLEAR)
    assert (now(sample).state, now(sample).is_golden) == (SampleState.REJECTED, False)


@pytest.mark.parametrize("decision", [Decision.SKIP, Decision.FLAG])
def test_skip_and_flag_change_nothing_but_the_lease(reviewer: User, sample: Sample, decision: Decision) -> None:
    Sample.objects.update(leased_to=reviewer)
    decide(reviewer, version(sample), decision, revision=0, note="look at the carry")
    after = now(sample)
    assert (after.state, after.revision, after.leased_to) == ("pending", 0, None)
    assert Review.objects.get().note == "look at the carry"


def test_the_same_decision_twice_counts_once(reviewer: User, sample: Sample) -> None:
    key = uuid4()
    first = decide(reviewer, version(sample), Decision.ACCEPT, revision=0, key=key)
    again = decide(reviewer, version(sample), Decision.ACCEPT, revision=0, key=key)
    assert first.pk == again.pk
    assert (now(sample).revision, Review.objects.count(), Event.objects.count()) == (1, 1, 1)


def test_the_same_skip_twice_counts_once(reviewer: User, sample: Sample) -> None:
    key = uuid4()
    for _ in range(2):
        decide(reviewer, version(sample), Decision.SKIP, revision=0, key=key)
    assert Review.objects.count() == 1


def test_a_key_is_good_for_one_decision(reviewer: User, other: User, sample: Sample) -> None:
    key = uuid4()
    decide(reviewer, version(sample), Decision.ACCEPT, revision=0, key=key)
    with pytest.raises(KeyReused):
        decide(other, version(sample), Decision.ACCEPT, revision=0, key=key)
    with pytest.raises(KeyReused):
        decide(reviewer, version(sample), Decision.GOLDEN, revision=0, key=key)


def test_the_slower_of_two_learns_who_decided_what(reviewer: User, other: User, sample: Sample) -> None:
    decide(other, version(sample), Decision.REJECT, revision=0, reason=RejectReason.WRONG_FACT)
    with pytest.raises(SampleChanged, match=r"a-trainer rejected it just now \(a fact is wrong\)"):
        decide(reviewer, version(sample), Decision.ACCEPT, revision=0)
    assert now(sample).state == SampleState.REJECTED
    assert Review.objects.count() == 1


def test_a_skip_in_between_is_no_change(reviewer: User, other: User, sample: Sample) -> None:
    decide(other, version(sample), Decision.REJECT, revision=0, reason=RejectReason.WRONG_FACT)
    decide(other, version(sample), Decision.SKIP, revision=1)
    with pytest.raises(SampleChanged, match="a-trainer rejected it"):
        decide(reviewer, version(sample), Decision.ACCEPT, revision=0)


def test_a_person_outranks_the_gate(reviewer: User, sample: Sample) -> None:
    sample.change(0, state=SampleState.ACCEPTED, decided_by=Decider.GATE)
    Review.objects.create(
        sample=sample, version=version(sample), gate=GateVersion.objects.get(is_current=True), decision=Decision.ACCEPT
    )
    decide(reviewer, version(sample), Decision.REJECT, revision=1, reason=RejectReason.OFF_TASK)
    assert (now(sample).state, now(sample).decided_by) == (SampleState.REJECTED, Decider.PERSON)


def test_an_archived_sample_is_not_decided(reviewer: User, sample: Sample) -> None:
    archive(reviewer, sample, revision=0)
    with pytest.raises(SampleArchived):
        decide(reviewer, version(sample), Decision.ACCEPT, revision=1)
    assert now(sample).state == SampleState.ARCHIVED


def test_archiving_over_somebody_elses_decision_is_refused(reviewer: User, other: User, sample: Sample) -> None:
    decide(other, version(sample), Decision.ACCEPT, revision=0)
    with pytest.raises(SampleChanged, match="a-trainer accepted it"):
        archive(reviewer, sample, revision=0)
    assert now(sample).state == SampleState.ACCEPTED
