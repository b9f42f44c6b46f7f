"""Many decide on one sample at the same moment, over connections of their own: one decision counts."""

from __future__ import annotations

import threading
from collections.abc import Callable
from uuid import UUID, uuid4

import pytest
from django.db import connection

from afsweb.core.models import Event, Role, User
from datasets_app.models import Decision, Review, Sample, SampleVersion
from datasets_app.review.decisions import decide
from datasets_app.review.errors import ReviewError
from datasets_app.review.undo import undo
from tests.review.making import MakeSamples, version

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*works: Callable[[], object]) -> list[object]:
    """What each of `works` returned or raised, all of them started together."""
    start, came = threading.Barrier(len(works)), {}

    def run(place: int, work: Callable[[], object]) -> None:
        try:
            start.wait(timeout=30)
            came[place] = work()
        except ReviewError as error:
            came[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=one) for one in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return [came[place] for place in range(len(works))]


def people(count: int) -> list[User]:
    return [User.objects.create(username=f"person {n}", role=Role.REVIEWER) for n in range(count)]


def accept(user: User, version: SampleVersion, revision: int, key: UUID | None = None) -> Callable[[], Review]:
    return lambda: decide(user, version, Decision.ACCEPT, revision=revision, key=key)


def test_one_of_eight_reviewers_wins(make_samples: MakeSamples) -> None:
    sample = make_samples(1)[0]
    came = at_once(*(accept(user, version(sample), 0) for user in people(8)))
    assert sum(isinstance(one, Review) for one in came) == 1
    assert all("accepted it" in str(one) for one in came if not isinstance(one, Review))
    assert (Review.objects.count(), Event.objects.count(), Sample.objects.get().revision) == (1, 1, 1)


def test_one_decision_sent_eight_times_counts_once(make_samples: MakeSamples) -> None:
    sample, (user,), key = make_samples(1)[0], people(1), uuid4()
    came = at_once(*[accept(user, version(sample), 0, key)] * 8)
    assert len({one.pk for one in came if isinstance(one, Review)}) == 1
    assert all(isinstance(one, Review) for one in came)
    assert (Review.objects.count(), Sample.objects.get().revision) == (1, 1)


def test_one_skip_sent_eight_times_counts_once(make_samples: MakeSamples) -> None:
    sample, (user,), key = make_samples(1)[0], people(1), uuid4()
    came = at_once(*[lambda: decide(user, version(sample), Decision.SKIP, revision=0, key=key)] * 8)
    assert {type(one) for one in came} == {Review}
    assert Review.objects.count() == 1


def test_undo_against_somebody_elses_decision_leaves_one_of_both(make_samples: MakeSamples) -> None:
    sample, (one, two) = make_samples(1)[0], people(2)
    first = decide(one, version(sample), Decision.ACCEPT, revision=0)
    undone, second = at_once(lambda: undo(one, first), accept(two, version(sample), 1))
    after = Sample.objects.get()
    assert isinstance(undone, Review) != isinstance(second, Review)
    assert (after.state, after.revision) == (("pending" if isinstance(undone, Review) else "accepted"), 2)
