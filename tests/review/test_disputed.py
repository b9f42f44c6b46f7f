"""Adjudication: what several people judged differently is a queue of its own, and one decision there settles it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from afsweb.core.models import User
from datasets_app.models import Decider, Decision, Sample, SampleState
from datasets_app.quality.gate import open_samples
from datasets_app.review.cards import load_cards
from datasets_app.review.claim import claim
from datasets_app.review.decisions import decide
from datasets_app.review.queue import Queue, Show
from datasets_app.review.undo import undo
from tests.review.making import MakeSamples, version
from tests.review.queues import judge, people, saved

pytestmark = pytest.mark.django_db
DISPUTED = Queue(show=Show.DISPUTED)


@pytest.fixture
def disputed(sample: Sample) -> Sample:
    one, two = people(2)
    queue = saved(overlap=2)
    judge(one, sample, Decision.ACCEPT, queue, note="as in the manual")
    judge(two, sample, Decision.REJECT, queue)
    sample.refresh_from_db()
    return sample


def test_only_disputed_samples_are_in_it(reviewer: User, disputed: Sample, make_samples: MakeSamples) -> None:
    make_samples(2)
    assert list(claim(DISPUTED, reviewer, 5)) == [disputed.pk]
    assert disputed.pk not in claim(Queue(), reviewer, 5)


def test_the_card_tells_what_each_person_judged(reviewer: User, disputed: Sample, make_samples: MakeSamples) -> None:
    (card,) = load_cards(claim(DISPUTED, reviewer, 5))
    assert card.opinions == [
        {"who": "person 0", "decision": "accept", "reason": "", "note": "as in the manual", "why": "as in the manual"},
        {"who": "person 1", "decision": "reject", "reason": "wrong_fact", "note": "", "why": "a fact is wrong"},
    ]


def test_the_page_shows_the_opinions_beside_the_sample(
    client_as: Callable[[User], Client], reviewer: User, disputed: Sample
) -> None:
    html = client_as(reviewer).get("/review/?show=disputed").content.decode()
    assert html.index("What is at") < html.index("What others judged") < html.index("as in the manual")


def test_opinions_are_hidden_from_those_who_still_judge(
    client_as: Callable[[User], Client], reviewer: User, sample: Sample
) -> None:
    queue = saved(overlap=2)
    judge(people(1)[0], sample, Decision.ACCEPT, queue, note="as in the manual")
    html = client_as(reviewer).get(f"/review/?{queue.query()}").content.decode()
    assert "What is at" in html
    assert "person 0" not in html and "as in the manual" not in html


@pytest.mark.parametrize("decision", [Decision.ACCEPT, Decision.REJECT, Decision.GOLDEN])
def test_a_decision_settles_it(reviewer: User, disputed: Sample, decision: Decision) -> None:
    judge(reviewer, disputed, decision, DISPUTED)
    after = Sample.objects.get()
    assert (after.is_disputed, after.decided_by) == (False, Decider.PERSON)
    assert after.state == (SampleState.REJECTED if decision == Decision.REJECT else SampleState.ACCEPTED)
    assert claim(DISPUTED, reviewer, 5) == {}


def test_undoing_that_decision_makes_it_disputed_again(reviewer: User, disputed: Sample) -> None:
    before = disputed.standing()
    review = decide(reviewer, version(disputed), Decision.GOLDEN, revision=disputed.revision)
    undo(reviewer, review)
    assert Sample.objects.get().standing() == before


def test_a_skipped_dispute_stays(reviewer: User, disputed: Sample) -> None:
    judge(reviewer, disputed, Decision.SKIP, DISPUTED)
    assert Sample.objects.get().is_disputed
    assert claim(DISPUTED, reviewer, 5) == {}


def test_one_person_at_a_time_settles_it(reviewer: User, trainer: User, disputed: Sample) -> None:
    assert list(claim(DISPUTED, reviewer, 1)) == [disputed.pk]
    assert claim(DISPUTED, trainer, 1) == {}


def test_the_gate_keeps_its_hands_off_what_people_judge(disputed: Sample, make_samples: MakeSamples) -> None:
    begun, free = make_samples(2)
    judge(people_of("person 9"), begun, Decision.ACCEPT, saved(name="another", overlap=2))
    assert list(open_samples(disputed.source)) == [free]


def people_of(name: str) -> User:
    return User.objects.create(username=name, role="reviewer")
