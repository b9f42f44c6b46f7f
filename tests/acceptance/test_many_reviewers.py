"""Thirty-two reviewers empty a queue at the same time, over real connections, through a kill and two who vanish."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path

import pytest

from datasets_app.models import Review, Sample, SampleState
from tests.acceptance.conftest import database_url
from tests.benchmarks.reviewers import broken, faults, measure
from tests.reviewing.reviewer import Hands
from tests.reviewing.webserver import WebServer

SAMPLES = 240


@pytest.fixture
def server(transactional_db: None, tmp_path: Path) -> Generator[WebServer]:
    server = WebServer(database_url(), tmp_path / "web.log")
    server.start()
    yield server
    server.kill()
    print(server.log.read_text()[-4000:])  # pytest shows it when the test failed


@pytest.mark.parametrize("overlap", [1, 2])
def test_each_sample_is_judged_as_often_as_the_queue_asks_for(server: WebServer, overlap: int) -> None:
    _, bars = measure(server, SAMPLES, overlap)
    assert broken(bars) == {}
    assert Review.objects.count() == SAMPLES * overlap
    check_that_faults_are_seen(overlap)


def check_that_faults_are_seen(overlap: int) -> None:
    """What the program counts it also finds, once it is there."""
    first, second, third = Sample.objects.select_related("source").order_by("pk")[:3]
    Review.objects.filter(sample=first).delete()
    Sample.objects.filter(pk=second.pk).update(state=SampleState.PENDING, decided_by="")
    Sample.objects.filter(pk=third.pk).update(revision=2)
    told = faults(first.source, overlap)
    assert (told["judged_too_seldom"], told["undecided"], told["decided_otherwise"], told["changed_twice"]) == (1,) * 4


def test_hands_tell_when_too_many_hold_one_sample() -> None:
    hands = Hands(seats=2, lease=300)
    for person in ("one", "two", "two"):
        hands.take(person, ["a sample"], asked_at=1e9)
    assert hands.too_many == 0
    hands.take("three", ["a sample"], asked_at=1e9)
    assert hands.too_many == 1


def test_hands_know_that_who_let_go_or_held_too_long_holds_no_more() -> None:
    hands = Hands(seats=1, lease=300)
    hands.take("long ago", ["a sample"], asked_at=-1e9)
    hands.take("one", ["a sample"], asked_at=1e9)
    hands.leave("one", ["a sample"])
    hands.take("two", ["a sample"], asked_at=1e9)
    hands.forget("two")
    hands.take("three", ["a sample"], asked_at=1e9)
    assert hands.too_many == 0
