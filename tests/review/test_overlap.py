"""Overlap: as many people as a queue asks for judge each sample, alone; what they agree about is settled."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.db.models.functions import Now

from afsweb.core.models import Event
from datasets_app.models import Decider, Decision, Review, Sample, SampleState, Seat, Text
from datasets_app.review.claim import claim
from datasets_app.review.decisions import decide
from datasets_app.review.edit import edit
from datasets_app.review.errors import AlreadyJudged, ChangedSince, SampleChanged, SeatsTaken
from datasets_app.review.leases import renew
from datasets_app.review.queue import Queue, count_waiting
from datasets_app.review.ticket import Ticket
from datasets_app.review.undo import undo, undo_last
from tests.review.making import MakeSamples, version
from tests.review.queues import judge, people, saved

pytestmark = pytest.mark.django_db
ACCEPT, REJECT, GOLDEN = Decision.ACCEPT, Decision.REJECT, Decision.GOLDEN


@pytest.fixture
def queue(db: None) -> Queue:
    return saved(overlap=2)


def standing(sample: Sample) -> dict[str, object]:
    return Sample.objects.get(pk=sample.pk).standing()


def test_as_many_get_a_sample_as_judge_it(queue: Queue, sample: Sample) -> None:
    one, two, three = people(3)
    assert list(claim(queue, one, 5)) == list(claim(queue, two, 5)) == [sample.pk]
    assert claim(queue, three, 5) == {}


def test_a_page_that_is_opened_again_keeps_its_seat(queue: Queue, sample: Sample) -> None:
    one, two = people(2)
    for person in (one, one, two, one):
        assert list(claim(queue, person, 5)) == [sample.pk]
    assert Seat.objects.count() == 2


def test_nobody_gets_a_sample_that_they_have_judged(queue: Queue, sample: Sample) -> None:
    one, two = people(2)
    judge(one, sample, ACCEPT, queue)
    assert claim(queue, one, 5) == {}
    assert (count_waiting(queue, one), count_waiting(queue, two)) == (0, 1)
    assert list(claim(queue, two, 5)) == [sample.pk]


def test_one_opinion_changes_nothing(queue: Queue, sample: Sample) -> None:
    (one,), before = people(1), Sample.objects.get()
    review = judge(one, sample, ACCEPT, queue)
    after = Sample.objects.get()
    assert (after.standing(), after.revision) == (before.standing(), before.revision)
    assert (review.is_opinion, review.queue) == (True, queue.rules)
    assert Event.objects.get().verb == "opinion"


@pytest.mark.parametrize(
    ("first", "second", "state"),
    [
        (ACCEPT, ACCEPT, SampleState.ACCEPTED),
        (GOLDEN, ACCEPT, SampleState.ACCEPTED),
        (REJECT, REJECT, SampleState.REJECTED),
    ],
)
def test_what_all_agree_about_is_settled(
    queue: Queue, sample: Sample, first: Decision, second: Decision, state: str
) -> None:
    one, two = people(2)
    judge(one, sample, first, queue)
    judge(two, sample, second, queue)
    after = Sample.objects.get()
    assert (after.state, after.decided_by, after.is_golden, after.is_disputed) == (state, Decider.PERSON, False, False)
    line = Event.objects.latest("pk")
    assert (line.verb, line.after["state"]) == ("accept" if state == SampleState.ACCEPTED else "reject", state)
    assert line.reason == f"person 0: {first.label}; person 1: {second.label}"


def test_what_they_differ_about_is_disputed(queue: Queue, sample: Sample) -> None:
    one, two, three = people(3)
    judge(one, sample, ACCEPT, queue)
    judge(two, sample, REJECT, queue)
    after = Sample.objects.get()
    assert (after.state, after.decided_by, after.is_disputed) == (SampleState.PENDING, Decider.NOBODY, True)
    assert Event.objects.latest("pk").verb == "dispute"
    assert claim(queue, three, 5) == {}


def test_the_same_opinion_sent_again_counts_once(queue: Queue, sample: Sample) -> None:
    (one,), key = people(1), uuid4()
    assert judge(one, sample, ACCEPT, queue, key=key) == judge(one, sample, ACCEPT, queue, key=key)
    assert (Review.objects.count(), Seat.objects.count()) == (1, 1)


def test_the_last_opinion_sent_again_counts_once(queue: Queue, sample: Sample) -> None:
    (one, two), key = people(2), uuid4()
    judge(one, sample, ACCEPT, queue)
    assert judge(two, sample, ACCEPT, queue, key=key) == judge(two, sample, ACCEPT, queue, key=key)
    assert Review.objects.count() == 2


def test_judging_twice_is_refused(queue: Queue, sample: Sample) -> None:
    (one,) = people(1)
    judge(one, sample, ACCEPT, queue)
    with pytest.raises(AlreadyJudged, match="judged this sample already"):
        judge(one, sample, REJECT, queue)


def test_one_more_than_the_overlap_is_refused(queue: Queue, sample: Sample) -> None:
    one, two, three = people(3)
    judge(one, sample, ACCEPT, queue)
    claim(queue, two, 1)
    with pytest.raises(SeatsTaken):
        judge(three, sample, ACCEPT, queue)
    judge(two, sample, ACCEPT, queue)
    with pytest.raises(SampleChanged, match="person 1 accepted it"):
        judge(three, sample, ACCEPT, queue)


def test_a_seat_whose_time_is_over_is_free(queue: Queue, sample: Sample) -> None:
    one, two, three = people(3)
    claim(queue, one, 1)
    claim(queue, two, 1)
    Seat.objects.filter(reviewer=one).update(until=Now())
    assert list(claim(queue, three, 1)) == [sample.pk]
    with pytest.raises(SeatsTaken, match="five minutes were over"):
        judge(one, sample, ACCEPT, queue)
    judge(three, sample, ACCEPT, queue)
    judge(two, sample, ACCEPT, queue)
    assert Sample.objects.get().state == SampleState.ACCEPTED


def test_renewing_keeps_a_seat(queue: Queue, sample: Sample) -> None:
    one, two = people(2)
    claim(queue, one, 1)
    Seat.objects.update(until=Now())
    assert renew(one, [sample.uuid]) == {sample.uuid}
    assert renew(two, [sample.uuid]) == set()
    assert Seat.objects.filter(until__gt=Now()).exists()


def test_skipping_leaves_the_seat_to_others(queue: Queue, sample: Sample) -> None:
    one, two, three = people(3)
    claim(queue, one, 1)
    judge(one, sample, Decision.SKIP, queue)
    assert not Seat.objects.exists()
    assert claim(queue, one, 1) == {}
    assert list(claim(queue, two, 1)) == list(claim(queue, three, 1)) == [sample.pk]


def test_what_a_queue_has_begun_is_in_no_other(queue: Queue, make_samples: MakeSamples) -> None:
    begun, _ = make_samples(2)
    one, two = people(2)
    judge(one, begun, ACCEPT, queue)
    assert begun.pk not in claim(Queue(), two, 5)
    assert begun.pk not in claim(saved(name="another", overlap=3), two, 5)
    Sample.objects.update(leased_until=None)
    queue.rules.is_archived = True
    queue.rules.save()
    assert begun.pk in claim(Queue(), two, 5)


def test_an_edited_text_is_judged_anew(queue: Queue, sample: Sample) -> None:
    one, two = people(2)
    judge(one, sample, ACCEPT, queue)
    edit(two, version(sample), Text("What is $2100?", "", "INIDISP."))
    Sample.objects.update(leased_until=None)
    assert list(claim(queue, one, 1)) == [sample.pk]
    with pytest.raises(SampleChanged, match="edited it"):
        decide(two, version(sample), ACCEPT, revision=1, ticket=Ticket(queue.rules.pk, 2))


def test_undoing_an_opinion_frees_its_seat(queue: Queue, sample: Sample) -> None:
    one, two, three = people(3)
    judge(one, sample, ACCEPT, queue)
    undo_last(one)
    assert list(claim(queue, two, 1)) == [sample.pk]
    assert claim(queue, three, 1) == {}
    assert list(claim(queue, one, 1)) == [sample.pk]
    Seat.objects.filter(reviewer=one).update(until=Now())
    assert list(claim(queue, three, 1)) == [sample.pk]


@pytest.mark.parametrize("second", [ACCEPT, REJECT])
@pytest.mark.parametrize("who", [0, 1])
def test_undoing_one_of_those_that_settled_puts_back_what_was(
    queue: Queue, sample: Sample, second: Decision, who: int
) -> None:
    both, before = people(2), standing(sample)
    reviews = [judge(both[0], sample, ACCEPT, queue), judge(both[1], sample, second, queue)]
    undo(both[who], reviews[who])
    assert standing(sample) == before
    undo(both[1 - who], reviews[1 - who])
    assert standing(sample) == before
    for person in both:
        judge(person, sample, GOLDEN, queue)
    assert standing(sample)["state"] == SampleState.ACCEPTED


def test_undoing_what_somebody_settled_since_is_refused(queue: Queue, sample: Sample) -> None:
    one, two = people(2)
    first = judge(one, sample, ACCEPT, queue)
    judge(two, sample, REJECT, queue)
    now = Sample.objects.get()
    decide(two, version(sample), ACCEPT, revision=now.revision)
    with pytest.raises(ChangedSince, match="person 1 accepted it"):
        undo(one, first)
