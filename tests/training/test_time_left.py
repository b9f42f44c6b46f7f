"""How long a run will still take: at its usual pace, whatever the first steps, saving and waiting took."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from training_app.models import Metric, TrainingRun
from training_app.progress import seconds_left, usual_seconds

BEGAN = datetime(2026, 11, 27, 9, tzinfo=UTC)


def steps(*took: float, first: int = 1) -> list[Metric]:
    """The newest first: one more than `took`, which are the seconds between two of them."""
    moments = [BEGAN + timedelta(seconds=sum(took[:count])) for count in range(len(took) + 1)]
    return [Metric(step=first + number, at=at) for number, at in enumerate(moments)][::-1]


def test_the_usual_step_decides() -> None:
    assert usual_seconds(steps(*[2.0] * 20)) == pytest.approx(2.0)
    assert seconds_left(TrainingRun(max_steps=100), steps(*[2.0] * 19)) == pytest.approx(160.0)


def test_the_first_steps_do_not_count() -> None:
    assert usual_seconds(steps(300.0, 60.0, 30.0, 2.0, 2.0, 2.0, 2.0)) == pytest.approx(2.0)
    assert usual_seconds(steps(300.0, 60.0, 30.0, 2.0)) is None


def test_saving_and_a_night_without_a_machine_do_not_count() -> None:
    assert usual_seconds(steps(2.0, 2.0, 50_000.0, 2.0, 2.0, 9.0, 2.0, first=40)) == pytest.approx(2.0)


def test_steps_that_are_told_now_and_then_are_counted_each() -> None:
    told = [Metric(step=10 * number, at=BEGAN + timedelta(seconds=30 * number)) for number in range(9, 0, -1)]
    assert usual_seconds(told) == pytest.approx(3.0)


def test_without_times_or_an_end_nobody_can_say() -> None:
    assert usual_seconds([]) is None
    assert usual_seconds([Metric(step=step) for step in range(20, 0, -1)]) is None
    assert seconds_left(TrainingRun(max_steps=None), steps(*[2.0] * 20)) is None


def test_a_run_at_its_end_has_nothing_left() -> None:
    assert seconds_left(TrainingRun(max_steps=20), steps(*[2.0] * 19)) == 0
