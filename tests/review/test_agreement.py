"""Agreement over the opinions of a queue: against figures worked out by hand, and against published ones."""

from __future__ import annotations

import pytest

from afsweb.core.models import User
from datasets_app.models import Decision
from datasets_app.review.agreement import agreement, alpha, cohen, fleiss
from datasets_app.review.progress import progress
from datasets_app.review.queue import Queue
from datasets_app.review.undo import undo_last
from tests.review.making import MakeSamples
from tests.review.queues import judge, people, saved

ACCEPT, REJECT, GOLDEN = Decision.ACCEPT, Decision.REJECT, Decision.GOLDEN


def test_cohen_by_hand() -> None:
    # 20 yes-yes, 15 no-no, 5 and 10 mixed: observed 0.7, by chance 0.5 · 0.6 + 0.5 · 0.4 = 0.5, so 0.2 / 0.5.
    assert cohen([[15, 10], [5, 20]]) == pytest.approx(0.4, abs=1e-9)


def test_fleiss_by_hand() -> None:
    # Four texts, three judges each: 3, 3, 0 and 1 accept. P = (1 + 1 + 1 + 1/3) / 4 = 5/6; p = 7/12, 5/12.
    judged = [[True] * 3, [True] * 3, [False] * 3, [True, False, False]]
    by_chance = (7 / 12) ** 2 + (5 / 12) ** 2
    assert fleiss(judged) == pytest.approx((5 / 6 - by_chance) / (1 - by_chance), abs=1e-9)


def test_alpha_by_hand() -> None:
    # Krippendorff's own example for two observers and binary data: 10 units, 4 disagreements, alpha 0.095.
    a, b = [0, 1, 0, 0, 0, 0, 0, 0, 1, 0], [1, 1, 1, 0, 0, 1, 0, 0, 0, 0]
    judged = [{"a": bool(one), "b": bool(other)} for one, other in zip(a, b, strict=True)]
    # Disagreement observed 4/10; expected 2 · 6 · 14 / (20 · 19), as 6 of the 20 values are 1.
    assert alpha(judged) == pytest.approx(1 - (4 / 10) / (2 * 6 * 14 / (20 * 19)), abs=1e-9)
    assert alpha(judged) == pytest.approx(0.095, abs=5e-4)


def test_alpha_takes_texts_that_some_have_not_judged() -> None:
    judged = [{"a": True, "b": True, "c": True}, {"a": False, "b": False}, {"b": True, "c": False}]
    # Pairable values: 4 accept, 3 reject of 7; only the third text differs.
    assert alpha(judged) == pytest.approx(1 - (2 / 7) / (2 * 4 * 3 / (7 * 6)), abs=1e-9)


@pytest.mark.parametrize("same", [True, False])
def test_where_all_say_the_same_of_everything_there_is_no_figure(same: bool) -> None:
    table = [[0, 0], [0, 0]]
    table[same][same] = 9
    assert cohen(table) is None
    assert fleiss([[same, same]] * 3) is None
    assert alpha([{"a": same, "b": same}] * 3) is None


def test_nothing_judged_gives_no_figure() -> None:
    assert fleiss([]) is None
    assert alpha([]) is None


@pytest.fixture
def crowd(db: None) -> list[User]:
    return people(3)


@pytest.fixture
def queue(crowd: list[User], make_samples: MakeSamples) -> Queue:
    """Two of three people judged each of four samples; person 0 and person 1 differ once in three."""
    queue, (one, two, three) = saved(overlap=2), crowd
    samples = make_samples(4)
    for sample, said in zip(samples, [(ACCEPT, GOLDEN), (REJECT, REJECT), (ACCEPT, REJECT)], strict=False):
        judge(one, sample, said[0], queue, seconds=2.0)
        judge(two, sample, said[1], queue, seconds=4.0)
    judge(three, samples[3], ACCEPT, queue, seconds=9.0)
    return queue


def test_the_opinions_of_a_queue_are_compared(queue: Queue) -> None:
    found = agreement(queue.rules)
    assert (found.complete, found.compared) == (3, 3)
    (pair,) = found.pairs
    assert (pair.people, pair.n) == (("person 0", "person 1"), 3)
    # Two of three agree; by chance 2/3 · 1/3 + 1/3 · 2/3 = 4/9: (2/3 - 4/9) / (5/9).
    assert pair.kappa == pytest.approx(0.4, abs=1e-9)
    assert found.fleiss == pytest.approx((2 / 3 - 1 / 2) / (1 / 2), abs=1e-9)
    assert found.alpha == pytest.approx(1 - (1 / 3) / (2 * 3 * 3 / (6 * 5)), abs=1e-9)


def test_an_undone_opinion_is_not_compared(queue: Queue, crowd: list[User]) -> None:
    undo_last(crowd[1])
    assert (agreement(queue.rules).complete, agreement(queue.rules).compared) == (2, 2)


def test_progress_counts_each_person_in_this_queue_alone(queue: Queue, crowd: list[User], sample: object) -> None:
    judge(crowd[2], sample, Decision.SKIP, queue, seconds=1.0)  # type: ignore[arg-type]
    judge(crowd[2], sample, ACCEPT, Queue())  # type: ignore[arg-type]
    told = [(one.person, one.decided, one.passed, one.seconds, one.consistency) for one in progress(queue.rules)]
    assert told == [("person 0", 3, 0, 2.0, None), ("person 1", 3, 0, 4.0, None), ("person 2", 1, 1, 5.0, None)]
