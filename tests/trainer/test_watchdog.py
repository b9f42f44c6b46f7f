"""A training that goes wrong is noticed: numbers that are none stop it, a loss that stays high is noted."""

from __future__ import annotations

import math

import pytest

from training_app.trainer.errors import GradientNotFinite, LossNotANumber
from training_app.trainer.standing import Standing
from training_app.trainer.watchdog import check_numbers, watch

WARMUP = 10


def notes(losses: list[float], standing: Standing | None = None) -> list[int]:
    """The steps at which something is noted."""
    standing = standing or Standing()
    return [step for step, loss in enumerate(losses, 1) if watch(standing, step, loss, WARMUP)]


def test_a_loss_that_stays_high_is_noted_once() -> None:
    assert notes([2.0] * 60 + [7.0] * 50) == [80]


def test_it_is_noted_again_after_it_came_down() -> None:
    assert notes([2.0] * 60 + [7.0] * 25 + [2.0] * 5 + [7.0] * 25) == [80, 110]


@pytest.mark.parametrize(
    "losses",
    [
        [2.0] * 60 + [50.0] * 19 + [2.0] * 20,
        [2.0, 5.9] * 60,
        [9.0] * WARMUP + [2.0] * 60,
        [0.001] * 60 + [0.09] * 60,
        [4 / (1 + step / 10) for step in range(200)],
    ],
    ids=["a spike", "batches that differ", "high in warm-up", "learnt by heart", "falls"],
)
def test_what_is_usual_is_not_noted(losses: list[float]) -> None:
    assert notes(losses) == []


def test_a_run_that_goes_on_counts_from_where_it_was() -> None:
    standing = Standing()
    assert notes([2.0] * 60 + [7.0] * 12, standing) == []
    assert [step for step in range(73, 90) if watch(standing, step, 7.0, WARMUP)] == [80]


def test_numbers_that_are_none_stop_it() -> None:
    check_numbers(1, 2.0, 1.0, scaled=False)
    with pytest.raises(LossNotANumber, match="step 3"):
        check_numbers(3, math.nan, 1.0, scaled=False)
    with pytest.raises(GradientNotFinite, match="The gradient at step 4 is not finite"):
        check_numbers(4, 2.0, math.inf, scaled=False)


def test_in_fp16_the_scaler_leaves_such_a_step_out() -> None:
    check_numbers(1, 2.0, math.inf, scaled=True)
