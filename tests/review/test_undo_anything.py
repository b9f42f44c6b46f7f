"""Do and undo is as if nothing had been, whatever two people did: UNDO_SEQUENCES=2000 tries as many sequences."""

from __future__ import annotations

import os
from collections.abc import Generator
from contextlib import contextmanager

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from datasets_app.errors import DatasetError
from tests.review.actions import OTHERS, PEOPLE, PLAIN, SAMPLES, Step, Undo, everything, make_world

pytestmark = pytest.mark.django_db
SEQUENCES = int(os.environ.get("UNDO_SEQUENCES", "25"))
UNDO = "undo"
STEPS = st.builds(
    Step,
    what=st.sampled_from([*PLAIN, *OTHERS, UNDO]),
    who=st.integers(0, PEOPLE - 1),
    where=st.sampled_from([0, 0, 0, *range(SAMPLES)]),  # most of what goes wrong is about what came before
    how=st.integers(0, 35),
)
QUIET = settings(max_examples=SEQUENCES, suppress_health_check=list(HealthCheck))


@contextmanager
def for_nothing() -> Generator[None]:
    """What happens in the block never happened."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@QUIET
@given(st.lists(STEPS, min_size=1, max_size=10), st.sampled_from([1, 1, 2]))
def test_do_and_undo_is_as_if_nothing_had_been(steps: list[Step], approvals: int) -> None:
    with for_nothing():
        world = make_world(approvals)
        path: list[tuple[Undo, object]] = []
        for step in steps:
            if step.what == UNDO:
                take_newest_back(path)
                continue
            before = everything()
            try:
                done = world.do(step)
            except DatasetError:
                assert everything() == before, f"{step} was refused, and changed something"
                continue
            if done is not None:
                path.append((done, before))
        while path:
            take_newest_back(path)


def take_newest_back(path: list[tuple[Undo, object]]) -> None:
    if path:
        take_back, before = path.pop()
        take_back()
        assert everything() == before


@pytest.mark.parametrize("what", [*PLAIN, *OTHERS])
def test_each_action_changes_what_is_looked_at(what: str) -> None:
    """Else the test above would show nothing."""
    world = make_world()
    prepared = {"ungold": "golden", "restore": "archive"}
    if what in prepared:
        world.do(Step(prepared[what], 0, 0, 0))
    before = everything()
    assert world.do(Step(what, 0, 0, 0)) is not None
    assert everything() != before
