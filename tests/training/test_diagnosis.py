"""What is found in curves of known shape, with its evidence; and that a healthy training is left alone."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from training_app.curves.reading import NOTHING, Curve, Curves
from training_app.diagnosis.answers import Answer, chance_of
from training_app.diagnosis.diagnosing import look
from training_app.diagnosis.finding import Finding, Kind
from training_app.diagnosis.overfitting import generalisation_loss

PARAMS: dict[str, Any] = {"learning_rate": 2e-4, "rank": 16, "alpha": 32, "warmup_steps": 10, "max_grad_norm": 1.0}
STEPS = np.arange(1, 301)
NOISE = np.random.default_rng(7).normal(0, 1, len(STEPS))
FALLING = 0.6 + 2.4 * np.exp(-STEPS / 60) + 0.05 * NOISE
CALM = 0.8 + 0.2 * np.abs(NOISE)


def curve(values: Any, every: int = 1) -> Curve:
    return Curve(np.arange(1, len(values) + 1) * every, np.asarray(values, float))


def found(
    train: Any = FALLING,
    validation: Any = (),
    gradients: Any = CALM,
    answers: list[Answer] | None = None,
    **params: Any,
) -> dict[Kind, Finding]:
    curves = Curves(curve(train), curve(validation, every=50))
    findings = look(curves, curve(gradients), answers or [], {**PARAMS, **params})
    return {one.kind: one for one in findings}


def test_a_healthy_training_finds_nothing() -> None:
    assert found(validation=[1.9, 1.3, 1.0, 0.9, 0.88, 0.885]) == {}


@pytest.mark.parametrize("seed", range(20))
def test_nor_does_one_with_other_noise(seed: int) -> None:
    noise = np.random.default_rng(seed).normal(0, 1, (2, len(STEPS)))
    validation = 0.9 + np.exp(-np.arange(12) / 3) + 0.004 * noise[0][:12]
    assert found(FALLING + 0.15 * noise[0], validation, 1 + 0.5 * np.abs(noise[1])) == {}


def test_nor_does_a_run_that_has_hardly_begun() -> None:
    assert found(FALLING[:3], [2.0], CALM[:3]) == {}
    assert look(Curves(NOTHING, NOTHING), NOTHING, [], PARAMS) == []


def test_a_loss_that_stays_where_it_began_is_flat() -> None:
    finding = found(2.5 + 0.05 * NOISE)[Kind.FLAT]
    assert "around step 11" in finding.evidence[0]
    assert finding.remedies[0].changes == {"learning_rate": 6e-4}


def test_a_flat_loss_without_gradients_says_so() -> None:
    assert "hardly anything reaches" in found(2.5 + 0.05 * NOISE, gradients=1e-5 * CALM)[Kind.FLAT].evidence[1]


def test_a_loss_of_nothing_has_nowhere_to_fall_to() -> None:
    assert Kind.FLAT not in found(0.01 + 0.001 * np.abs(NOISE))


def test_a_loss_that_rises_again_has_diverged() -> None:
    finding = found(np.concatenate([FALLING[:200], np.linspace(0.7, 4.0, 100)]))[Kind.DIVERGED]
    assert 150 <= finding.since <= 205
    assert "medians" in finding.evidence[0]
    assert finding.remedies[0].changes == {"learning_rate": 6.7e-05}


def test_one_bad_batch_is_no_divergence() -> None:
    spiked = FALLING.copy()
    spiked[-3:] = 9.0
    assert found(spiked) == {}


def test_validation_that_rises_while_training_falls_is_overfitting() -> None:
    validation = [1.4, 1.0, 0.9, 0.97, 1.05, 1.2]
    finding = found(np.linspace(2.5, 0.1, 300), validation)[Kind.OVERFITS]
    assert finding.since == 150
    assert "0.900 at step 150" in finding.evidence[0]
    assert "33.3 % above it" in finding.evidence[0]
    assert {"max_steps": 150, "epochs": None} in [one.changes for one in finding.remedies]


@pytest.mark.parametrize(
    ("validation", "why"),
    [
        ([1.4, 1.0, 0.9, 0.91, 0.91, 0.915], "less than two per cent worse"),
        ([1.4, 1.0, 0.9, 1.2], "one worse validation is not two"),
        ([1.4, 1.0, 0.9, 1.2, 1.1, 0.91], "it comes down again"),
    ],
)
def test_other_validations_are_not(validation: list[float], why: str) -> None:
    assert Kind.OVERFITS not in found(np.linspace(2.5, 0.1, 300), validation), why


def test_validation_that_rises_with_training_is_no_overfitting() -> None:
    assert Kind.OVERFITS not in found(np.linspace(0.5, 2.0, 300), [0.9, 1.1, 1.3, 1.5, 1.7, 1.9])


def test_the_generalisation_loss_is_prechelts() -> None:
    assert generalisation_loss(curve([2.0, 1.0, 1.1])) == pytest.approx(10.0)
    assert generalisation_loss(curve([2.0, 1.0])) == 0.0
    assert generalisation_loss(NOTHING) == 0.0


def test_gradients_that_explode_again_and_again_are_found() -> None:
    gradients = CALM.copy()
    gradients[[100, 180, 240]] = [40.0, 90.0, 35.0]
    finding = found(gradients=gradients)[Kind.EXPLODES]
    assert finding.since == 101
    assert "40 (step 101), 90 (step 181), 35 (step 241)" in finding.evidence[0]


def test_a_norm_that_is_always_high_or_explodes_once_or_in_warm_up_is_not() -> None:
    once, early = CALM.copy(), CALM.copy()
    once[100] = 90.0
    early[:9] = 90.0
    for gradients in (30 * CALM, once, early):
        assert Kind.EXPLODES not in found(gradients=gradients)


def answers(step: int, right: str) -> list[Answer]:
    return [
        Answer(step, f"q{i}", f"a{i}", f"a{i}" if one == "+" else "CGADD", float(one == "+"))
        for i, one in enumerate(right)
    ]


def test_what_was_known_and_is_wrong_now_is_forgotten() -> None:
    finding = found(answers=answers(50, "++++++++--") + answers(100, "++--------"))[Kind.FORGETS]
    assert finding.since == 50
    assert finding.evidence[0] == "8 of 10 right at step 50, 2 of 10 at step 100."
    assert "p = 0.016" in finding.evidence[1]


def test_as_much_learned_as_forgotten_is_chance() -> None:
    assert Kind.FORGETS not in found(answers=answers(50, "++++----") + answers(100, "----++++"))
    assert Kind.FORGETS not in found(answers=answers(50, "++++----") + answers(100, "+++-----"))
    assert Kind.FORGETS not in found(answers=answers(50, "--------"))


def test_one_answer_to_everything_is_found() -> None:
    finding = found(answers=answers(50, "++------"))[Kind.COLLAPSED]
    assert "“CGADD” to 6 of 8 questions" in finding.evidence[0]
    assert Kind.COLLAPSED not in found(answers=answers(50, "+++++---"))


def test_chance_is_that_of_coins() -> None:
    assert chance_of(6, 0) == pytest.approx(1 / 64)
    assert chance_of(2, 2) == pytest.approx(11 / 16)
    assert chance_of(0, 0) == 1.0
