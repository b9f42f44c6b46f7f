"""The queue: what is in it, in which order, and that no two people get the same sample."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.db.models.functions import Now
from pytest_django import DjangoAssertNumQueries

from afsweb.core.models import Role, User
from datasets_app.models import (
    Decider,
    Decision,
    Domain,
    RejectReason,
    Sample,
    SampleState,
    Source,
    SourceKind,
    Text,
)
from datasets_app.review.cards import load_cards
from datasets_app.review.claim import claim
from datasets_app.review.decisions import decide
from datasets_app.review.edit import edit
from datasets_app.review.leases import claim_one, renew
from datasets_app.review.queue import Queue, Show, count_waiting, filtered
from datasets_app.review.undo import undo_last
from tests.conftest import make_user
from tests.review.making import MakeSamples, make_score, version


@pytest.fixture
def other(db: None) -> User:
    return make_user(Role.TRAINER)


def ids(samples: list[Sample]) -> list[int]:
    return [sample.pk for sample in samples]


def test_a_claimed_sample_is_nobody_elses(reviewer: User, other: User, make_samples: MakeSamples) -> None:
    make_samples(5)
    mine, theirs = claim(Queue(), reviewer, 3), claim(Queue(), other, 3)
    assert (len(mine), len(theirs)) == (3, 2)
    assert not set(mine) & set(theirs)


def test_claiming_again_goes_on_with_my_own(reviewer: User, make_samples: MakeSamples) -> None:
    make_samples(5)
    assert claim(Queue(), reviewer, 1) == claim(Queue(), reviewer, 1)


def test_what_the_page_holds_is_passed_over(reviewer: User, make_samples: MakeSamples) -> None:
    samples = make_samples(3)
    held = [samples[0].uuid, samples[1].uuid]
    claim(Queue(), reviewer, 2)
    assert list(claim(Queue(), reviewer, 5, held=held)) == [samples[2].pk]


def test_a_lease_lasts_five_minutes(reviewer: User, other: User, sample: Sample) -> None:
    claim(Queue(), reviewer, 1)
    left = Sample.objects.values_list("leased_until", flat=True).get() - Sample.objects.values_list(Now(), flat=True)[0]
    assert timedelta(minutes=4, seconds=50) < left <= timedelta(minutes=5)
    assert list(claim(Queue(), other, 1)) == []
    Sample.objects.update(leased_until=Now() - timedelta(seconds=1))
    assert list(claim(Queue(), other, 1)) == [sample.pk]


def test_renewing_keeps_mine_and_names_no_others(reviewer: User, other: User, make_samples: MakeSamples) -> None:
    mine, theirs = make_samples(2)
    claim_one(mine, reviewer)
    claim_one(theirs, other)
    Sample.objects.update(leased_until=Now() + timedelta(seconds=5))
    assert renew(reviewer, [mine.uuid, theirs.uuid]) == {mine.uuid}
    longest = Sample.objects.latest("leased_until")
    assert longest == mine


def test_a_sample_that_another_holds_cannot_be_claimed_alone(reviewer: User, other: User, sample: Sample) -> None:
    assert claim_one(sample, reviewer)
    assert not claim_one(sample, other)


@pytest.mark.parametrize("decision", [Decision.ACCEPT, Decision.SKIP, Decision.FLAG])
def test_deciding_gives_the_sample_free(reviewer: User, sample: Sample, decision: Decision) -> None:
    claim(Queue(), reviewer, 1)
    decide(reviewer, version(sample), decision, revision=0)
    assert Sample.objects.get().leased_until is None


def test_the_most_uncertain_comes_first(reviewer: User, make_samples: MakeSamples) -> None:
    sure, unscored, unsure, middling = make_samples(4)
    for sample, overall in ((sure, 0.9), (unscored, None), (unsure, 0.41), (middling, 0.3)):
        make_score(sample, overall)
    claimed = [claim(Queue(), reviewer, count) for count in (1, 2, 3, 4)]
    assert [set(one) for one in claimed] == [set(ids([unsure, middling, sure, unscored])[:n]) for n in (1, 2, 3, 4)]
    assert list(claimed[-1]) == ids([unsure, middling, sure, unscored])
    assert [card.sample for card in load_cards(claimed[-1])] == [unsure, middling, sure, unscored]


def test_equally_uncertain_samples_come_oldest_first(reviewer: User, make_samples: MakeSamples) -> None:
    samples = make_samples(3)
    assert list(claim(Queue(), reviewer, 1)) == [samples[0].pk]


def test_skipped_samples_wait_for_others_and_apart_for_me(
    reviewer: User, other: User, make_samples: MakeSamples
) -> None:
    first, second = make_samples(2)
    decide(reviewer, version(first), Decision.SKIP, revision=0)
    assert list(claim(Queue(), reviewer, 5)) == [second.pk]
    assert list(claim(Queue(show=Show.PASSED), reviewer, 5)) == [first.pk]
    assert list(claim(Queue(), other, 5)) == []
    Sample.objects.update(leased_until=None)
    assert sorted(claim(Queue(), other, 5)) == ids([first, second])


def test_an_undone_skip_is_back_in_my_queue(reviewer: User, sample: Sample) -> None:
    decide(reviewer, version(sample), Decision.SKIP, revision=0)
    undo_last(reviewer)
    assert list(claim(Queue(), reviewer, 1)) == [sample.pk]


def test_an_edited_text_is_new_to_those_who_skipped_the_old(reviewer: User, other: User, sample: Sample) -> None:
    decide(reviewer, version(sample), Decision.SKIP, revision=0)
    edit(other, version(sample), Text("What is $2100?", "", "INIDISP."))
    Sample.objects.update(leased_until=None)
    assert list(claim(Queue(), reviewer, 1)) == [sample.pk]


def test_decided_and_archived_samples_do_not_wait(reviewer: User, make_samples: MakeSamples) -> None:
    accepted, archived, waiting = make_samples(3)
    accepted.change(0, state=SampleState.ACCEPTED, decided_by=Decider.PERSON)
    archived.change(0, state=SampleState.ARCHIVED)
    assert list(claim(Queue(), reviewer, 5)) == [waiting.pk]


def test_what_the_gate_decided_has_a_queue(reviewer: User, make_samples: MakeSamples) -> None:
    by_gate, by_person, _ = make_samples(3)
    by_gate.change(0, state=SampleState.ACCEPTED, decided_by=Decider.GATE)
    by_person.change(0, state=SampleState.ACCEPTED, decided_by=Decider.PERSON)
    queue = Queue(show=Show.GATE)
    assert list(claim(queue, reviewer, 5)) == [by_gate.pk]
    decide(reviewer, version(by_gate), Decision.REJECT, revision=1, reason=RejectReason.WRONG_FACT)
    assert list(claim(queue, reviewer, 5)) == []


def test_the_filters_narrow_the_queue(reviewer: User, source: Source, make_samples: MakeSamples) -> None:
    text = Domain.objects.get(slug="text")
    prose = Source.objects.create(domain=text, kind=SourceKind.PERSON, name="by hand")
    (asm,), (other,) = make_samples(1), make_samples(1, of=prose, kind="story")
    for queue in (filtered(domain="text"), filtered(source=str(prose.uuid)), filtered(kind="story")):
        assert list(claim(queue, reviewer, 5)) == [other.pk]
        assert count_waiting(queue, reviewer) == 1
    assert claim(filtered(domain="asm65816", kind="story"), reviewer, 5) == {}
    assert sorted(claim(Queue(), reviewer, 5)) == ids([asm, other])


def test_claiming_is_one_statement(
    reviewer: User, make_samples: MakeSamples, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    make_samples(30)
    with django_assert_num_queries(1):
        claimed = claim(Queue(), reviewer, 20)
    with django_assert_num_queries(3):  # cards, scores, verdicts; no comments, so none are asked for
        load_cards(claimed)


@pytest.mark.django_db(transaction=True)
def test_reviewers_who_claim_at_once_never_share_a_sample(make_samples: MakeSamples) -> None:
    samples = make_samples(120)
    people = [User.objects.create(username=f"person {n}", role=Role.REVIEWER) for n in range(8)]
    got: dict[int, list[int]] = {person.pk: [] for person in people}
    start = threading.Barrier(len(people))

    def review_on_and_on(person: User) -> None:
        try:
            start.wait(timeout=30)
            held: list[int] = []
            while found := claim(Queue(), person, 5, held=[samples[ids_of[pk]].uuid for pk in held]):
                held += list(found)
            got[person.pk] = held
        finally:
            connection.close()

    ids_of = {sample.pk: index for index, sample in enumerate(samples)}
    threads = [threading.Thread(target=review_on_and_on, args=[person]) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    everything = [pk for claimed in got.values() for pk in claimed]
    assert len(everything) == len(set(everything))
    # A claim may come back empty while others hold their rows locked; what it left is free for the next.
    rest = claim(Queue(), people[0], 120, held=[samples[ids_of[pk]].uuid for pk in got[people[0].pk]])
    assert sorted([*everything, *rest]) == sorted(ids(samples))


@pytest.mark.django_db(transaction=True)
def test_renewing_waits_for_nobody(make_samples: MakeSamples) -> None:
    locked, free = make_samples(2)
    person = User.objects.create(username="person", role=Role.REVIEWER)
    for sample in (locked, free):
        claim_one(sample, person)
    kept: set[object] = set()

    def renew_both() -> None:
        try:
            kept.update(renew(person, [locked.uuid, free.uuid]))
        finally:
            connection.close()

    with transaction.atomic():
        Sample.objects.select_for_update().get(pk=locked.pk)
        thread = threading.Thread(target=renew_both)
        thread.start()
        thread.join(timeout=30)
        assert not thread.is_alive()
    assert kept == {free.uuid}


def test_what_somebody_skipped_is_hashed_and_not_compared_one_by_one(reviewer: User, make_samples: MakeSamples) -> None:
    """Compared one by one, skipped samples at the front of a queue would cost their square."""
    make_samples(3)
    plan = Queue().samples(reviewer).explain()
    assert "hashed SubPlan" in plan
    assert "Anti Join" not in plan
