"""A trainer that ends without a result: one that was killed is followed by another, else the run says what ended it."""

from __future__ import annotations

import pytest

from afsweb.core.models import WorkState
from tests import trainer_double
from tests.rows import run_job
from tests.training.conftest import Launch
from training_app.models import TrainingRun
from training_app.training import how_it_ended

STEPS = {"max_steps": 12, "save_every": 3, "eval_every": 0}


def curve(run: TrainingRun) -> list[float | None]:
    return list(run.metrics.filter(is_validation=False).order_by("step").values_list("loss", flat=True))


def test_a_killed_trainer_is_followed_by_another_from_its_newest_checkpoint(launch: Launch) -> None:
    run, job = launch({"dies_after": [2, 7, 11]}, **STEPS)
    assert run_job(job).name == "succeeded"
    run.refresh_from_db()
    assert (run.state, run.step, run.error) == (WorkState.SUCCEEDED, 12, "")
    assert curve(run) == trainer_double.undisturbed(12, run.seed)
    said = list(job.log.filter(text__startswith="the trainer was killed").order_by("pk").values_list("text", flat=True))
    assert said == [
        f"the trainer was killed from outside after step {step}: another goes on from step {newest}"
        for step, newest in ((2, 0), (7, 6), (11, 9))
    ]


def test_one_that_is_killed_twice_before_its_next_checkpoint_fails_and_keeps_what_there_is(launch: Launch) -> None:
    run, job = launch({"dies_after": [7, 7]}, **STEPS)
    assert run_job(job).name == "failed"
    run.refresh_from_db()
    assert run.state == WorkState.FAILED
    assert "was killed from outside (signal 9) again and again before its next checkpoint" in run.error
    assert run.checkpoints.get(artifact__isnull=False).step == 6


def test_what_begins_at_step_0_again_may_be_killed_once_more(launch: Launch) -> None:
    """With shorter rows no checkpoint fits: that the first training had come further tells nothing of the second."""
    habits = {"dies_after": [6, 6], "shortens_at": 8}
    rows = {"batch_size": 1, "gradient_checkpointing": "on", "may_shorten": True, "max_length": 128}
    run, job = launch(habits, **STEPS, **rows)
    assert run_job(job).name == "succeeded"
    assert [rung.what for rung in run.rungs.all()] == [
        "rows of at most 128 → 64 tokens, longer ones left out; begins at step 0 again"
    ]
    assert curve(run) == trainer_double.undisturbed(12, run.seed)


def test_one_that_breaks_off_is_not_started_again(launch: Launch) -> None:
    run, job = launch({"breaks_after": 7}, **STEPS)
    assert run_job(job).name == "failed"
    run.refresh_from_db()
    assert run.error.endswith("it broke off")


@pytest.mark.parametrize(
    ("code", "printed", "reason"),
    [
        (1, "No module named torch", "No module named torch"),
        (3, "", "The trainer ended with code 3."),
        (-11, "Segmentation fault", "Segmentation fault"),
        (-9, "a warning from the start", "The trainer was killed from outside (signal 9)"),
    ],
)
def test_the_reason_is_what_ended_it(code: int, printed: str, reason: str) -> None:
    assert how_it_ended(code, printed).startswith(reason)
