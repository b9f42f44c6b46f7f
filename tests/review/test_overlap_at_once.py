"""Thirty-two people claim and judge at the same time, over connections of their own: overlap holds whoever races."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable

import pytest
from django.db import connection
from django.db.models import Count
from django.db.models.functions import Now

from afsweb.core.models import User
from datasets_app.models import Decision, Review, Sample, SampleState, Seat
from datasets_app.review.claim import claim
from datasets_app.review.queue import Queue
from tests.review.making import MakeSamples
from tests.review.queues import judge, people, saved

pytestmark = pytest.mark.django_db(transaction=True)
PEOPLE = 32


def all_at_once(crowd: list[User], work: Callable[[User], None]) -> None:
    """Let everybody work at the same time, each over a connection of their own; raises what one of them raised."""
    start, wrong = threading.Barrier(len(crowd)), []

    def run(person: User) -> None:
        try:
            # Not from the pool, which is for the threads of one server.
            options = {key: value for key, value in connection.settings_dict["OPTIONS"].items() if key != "pool"}
            connection.settings_dict = connection.settings_dict | {"OPTIONS": options}
            start.wait(timeout=60)
            work(person)
        except BaseException as error:  # noqa: BLE001  raised again below, in the test's own thread
            wrong.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[person]) for person in crowd]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=300)
    assert not wrong, wrong[:3]


def test_no_sample_is_claimed_twice_and_none_is_left(make_samples: MakeSamples) -> None:
    samples = make_samples(3_000)
    uuids = {sample.pk: sample.uuid for sample in samples}
    got: dict[int, set[int]] = {}

    def claim_all(person: User) -> None:
        held = got[person.pk] = set()
        while found := claim(Queue(), person, 20, held=[uuids[pk] for pk in held]):
            held |= set(found)

    crowd = people(PEOPLE)
    all_at_once(crowd, claim_all)
    counts = Counter(pk for held in got.values() for pk in held)
    assert set(counts.values()) == {1}
    # A claim may come back empty while others hold their rows locked; what it left is free for the next.
    rest = claim(Queue(), crowd[0], 3_000, held=[uuids[pk] for pk in counts])
    assert len(counts) + len(rest) == 3_000


def test_what_a_killed_claimer_held_is_free_when_its_time_is_over(make_samples: MakeSamples) -> None:
    make_samples(40)
    dead, alive = people(2)
    for queue in (Queue(), saved(overlap=2)):
        claim(queue, dead, 40)
        Sample.objects.update(leased_until=Now())
        Seat.objects.update(until=Now())
        assert len(claim(queue, alive, 40)) == 40
        Sample.objects.update(leased_until=None)
        Seat.objects.all().delete()


@pytest.mark.parametrize("overlap", [2, 3])
def test_exactly_as_many_judge_each_as_the_queue_asks_for(make_samples: MakeSamples, overlap: int) -> None:
    make_samples(60)
    queue, crowd = saved(overlap=overlap), people(PEOPLE)

    def judge_all(person: User) -> None:
        while found := claim(queue, person, 3):
            for sample in Sample.objects.filter(pk__in=found):
                judge(person, sample, Decision.ACCEPT, queue)

    all_at_once(crowd, judge_all)
    while found := claim_for_anybody(queue, crowd):
        person, pk = found
        judge(person, Sample.objects.get(pk=pk), Decision.ACCEPT, queue)
    judged = Review.objects.values("sample").annotate(n=Count("pk"), people=Count("reviewer", distinct=True))
    assert {(one["n"], one["people"]) for one in judged} == {(overlap, overlap)}
    assert len(judged) == 60
    assert not Sample.objects.exclude(state=SampleState.ACCEPTED).exists()


def claim_for_anybody(queue: Queue, crowd: list[User]) -> tuple[User, int] | None:
    """What is left for somebody, after claims that came back empty because others had locked what there was."""
    return next(((person, pk) for person in crowd for pk in claim(queue, person, 1)), None)
