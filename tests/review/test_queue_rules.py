"""Who gets what from a saved queue: its filter, its reviewers, assignment, archives."""

from __future__ import annotations

from typing import Any

import pytest

from afsweb.core.history import history_of
from afsweb.core.models import Role, User
from datasets_app.models import Review, Sample
from datasets_app.review.claim import claim
from datasets_app.review.errors import BadQueueName, NameTaken, NotYourQueue, OverlapFixed
from datasets_app.review.queue import Queue, Show, count_waiting, filtered
from datasets_app.review.queues import add_queue, archive_queue, change_queue, offered, reviewable, visible
from datasets_app.search.filters import FilterGone
from tests.conftest import make_user
from tests.review.making import MakeSamples
from tests.review.queues import judge, people, saved

pytestmark = pytest.mark.django_db


def test_a_saved_queue_hands_out_what_its_filter_asks_for(reviewer: User, make_samples: MakeSamples) -> None:
    make_samples(2)
    (story,) = make_samples(1, kind="story")
    queue = saved(query={"kind": "story", "domain": "asm65816"})
    assert list(claim(queue, reviewer, 5)) == [story.pk]
    assert count_waiting(queue, reviewer) == 1


def test_a_decision_says_from_which_queue_it_came(reviewer: User, sample: Sample) -> None:
    queue = saved()
    judge(reviewer, sample, "accept", queue)  # type: ignore[arg-type]
    review = Review.objects.get()
    assert (review.queue, review.is_opinion) == (queue.rules, False)
    assert Sample.objects.get().state == "accepted"


@pytest.mark.parametrize(
    "query", [{"domain": "nowhere"}, {"source": "x"}, {"nonsense": "1"}, {"kind": "k" * 49}, {"state": "eaten"}]
)
def test_a_filter_that_means_nothing_hands_out_nothing(reviewer: User, sample: Sample, query: dict[str, str]) -> None:
    for queue in (saved(query=query), filtered(Show.WAITING, **query)):
        with pytest.raises(FilterGone, match=next(iter(query))):
            claim(queue, reviewer, 1)


def test_a_filter_for_the_gates_decisions_hands_out_those(reviewer: User, make_samples: MakeSamples) -> None:
    by_gate, _ = make_samples(2)
    by_gate.change(0, state="accepted", decided_by="gate")
    for query in ({"decided_by": "gate"}, {"state": "accepted"}):
        assert list(claim(saved(name=str(query), query=query), reviewer, 5)) == [by_gate.pk]


def test_an_assigned_sample_is_handed_to_nobody_else(reviewer: User, trainer: User, make_samples: MakeSamples) -> None:
    mine, free = make_samples(2)
    Sample.objects.filter(pk=mine.pk).update(assigned_to=reviewer)
    for queue in (Queue(), saved(), saved(name="by two", overlap=2)):
        assert list(claim(queue, trainer, 5)) == [free.pk]
        assert count_waiting(queue, trainer) == 1
        Sample.objects.update(leased_until=None)
        assert sorted(claim(queue, reviewer, 5)) == [mine.pk, free.pk]
        Sample.objects.update(leased_until=None)


def test_who_sees_a_queue_and_who_reviews_from_it(admin_user: User) -> None:
    owner, named, other = people(3)
    own = add_queue(owner, name="own")
    shared = add_queue(owner, name="shared", is_shared=True)
    chosen = add_queue(owner, name="chosen", reviewers=[named])
    seen = {person: set(visible(person)) for person in (owner, named, other, admin_user)}
    assert seen == {
        owner: {own, shared, chosen},
        named: {shared, chosen},
        other: {shared},
        admin_user: {own, shared, chosen},
    }
    assert set(offered(named)) == {shared, chosen} and not offered(admin_user).exclude(pk=shared.pk).exists()
    may = {person: set(reviewable(person)) for person in (owner, named, other, admin_user)}
    assert may == {owner: {own, shared}, named: {shared, chosen}, other: {shared}, admin_user: {own, shared}}


def test_nobody_reviews_from_an_archived_queue(reviewer: User) -> None:
    queue = add_queue(reviewer, name="a queue")
    archive_queue(queue, reviewer, archived=True)
    assert not reviewable(reviewer).exists() and not offered(reviewer).exists()
    assert visible(reviewer).get() == queue
    archive_queue(queue, reviewer, archived=False)
    assert reviewable(reviewer).get() == queue


def test_only_its_owner_or_an_admin_changes_a_queue(reviewer: User, admin_user: User) -> None:
    other = make_user(Role.TRAINER)
    queue = add_queue(reviewer, name="a queue", is_shared=True)
    with pytest.raises(NotYourQueue, match="a-reviewer"):
        change_queue(queue, other, name="theirs")
    with pytest.raises(NotYourQueue):
        archive_queue(queue, other, archived=True)
    assert change_queue(queue, admin_user, reviewers=[other], name="better").reviewers.get() == other


def test_a_name_is_taken_once_by_each_person(reviewer: User, trainer: User) -> None:
    first = add_queue(reviewer, name="a queue")
    add_queue(trainer, name="a queue")
    with pytest.raises(NameTaken, match="a queue"):
        add_queue(reviewer, name="a queue")
    archive_queue(first, reviewer, archived=True)
    add_queue(reviewer, name="a queue")
    with pytest.raises(NameTaken):
        archive_queue(first, reviewer, archived=False)


@pytest.mark.parametrize("name", ["", " \t", "n" * 121])
def test_a_queue_needs_a_name(reviewer: User, name: str) -> None:
    with pytest.raises(BadQueueName, match="at most 120"):
        add_queue(reviewer, name=name)
    queue = add_queue(reviewer, name="  a \x00 queue ")
    assert queue.name == "a \N{REPLACEMENT CHARACTER} queue"
    with pytest.raises(BadQueueName):
        change_queue(queue, reviewer, name=name)
    queue.refresh_from_db()
    assert queue.name


def test_history_says_what_became_different(reviewer: User) -> None:
    queue = add_queue(reviewer, name="a queue", query={"kind": "story"})
    change_queue(queue, reviewer, name="another", query={"kind": "story"}, reviewers=[reviewer])
    change_queue(queue, reviewer, name="another")
    changed, added = history_of(queue)
    assert (changed.verb, added.verb) == ("change", "add")
    assert changed.before == {"name": "a queue", "reviewers": []}
    assert changed.after == {"name": "another", "reviewers": ["a-reviewer"]}


def test_a_queue_of_what_is_assigned_to_me_hands_each_their_own(
    reviewer: User, trainer: User, make_samples: MakeSamples
) -> None:
    mine, theirs, _ = make_samples(3)
    for sample, to in ((mine, reviewer), (theirs, trainer)):
        Sample.objects.filter(pk=sample.pk).update(assigned_to=to)
    queue = Queue(add_queue(reviewer, name="mine", query={"assigned_to": "me"}, is_shared=True, repeat_share=0))
    assert list(claim(queue, reviewer, 5)) == [mine.pk]
    assert list(claim(queue, trainer, 5)) == [theirs.pk]


def test_a_queue_whose_filter_is_gone_can_still_be_renamed(reviewer: User) -> None:
    queue = saved(query={"domain": "nowhere"}, owner=reviewer).rules
    assert change_queue(queue, reviewer, name="to mend").name == "to mend"
    with pytest.raises(FilterGone):
        change_queue(queue, reviewer, query={"domain": "elsewhere"})


def test_a_queue_with_a_meaningless_filter_is_not_saved(reviewer: User) -> None:
    with pytest.raises(FilterGone):
        add_queue(reviewer, name="a queue", query={"domain": "nowhere"})
    assert not visible(reviewer).exists()


def test_the_overlap_stays_once_people_have_judged(reviewer: User, sample: Sample) -> None:
    queue = add_queue(reviewer, name="a queue", overlap=2)
    change_queue(queue, reviewer, overlap=3)
    claim(Queue(queue), reviewer, 1)
    with pytest.raises(OverlapFixed, match="overlap of 3"):
        change_queue(queue, reviewer, overlap=2)
    change_queue(queue, reviewer, name="another name")


def test_what_i_skipped_in_a_queue_is_found_again(reviewer: User, make_samples: MakeSamples) -> None:
    skipped, _ = make_samples(2)
    rules = saved().rules
    judge(reviewer, skipped, "skip", Queue(rules))  # type: ignore[arg-type]
    assert list(claim(Queue(rules, Show.PASSED), reviewer, 5)) == [skipped.pk]
    assert skipped.pk not in claim(Queue(rules), reviewer, 5)


@pytest.mark.parametrize(
    ("queue", "query"),
    [(Queue(), ""), (Queue(show=Show.GATE), "show=gate"), (filtered(domain="text", kind=""), "domain=text")],
)
def test_the_address_says_which_queue(queue: Any, query: str) -> None:
    assert queue.query() == query
    assert queue.query(sample="x") == f"sample=x{'&' if query else ''}{query}"
