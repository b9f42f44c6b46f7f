from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.trainer.conftest import Make, Programs, events_of
from training_app.trainer.order import row_order, step_count
from training_app.trainer.spec import TrainSpec

LENGTHS = [7, 3, 9, 1, 8, 2, 6, 4, 5, 10]


def spec(**settings: Any) -> TrainSpec:
    folders = dict.fromkeys(("work_dir", "base_dir", "snapshot_dir"), ".")
    return TrainSpec(**{"run_id": "a-run", "base_id": "tiny", "batch_size": 2, **folders, **settings})


@pytest.mark.parametrize(
    ("settings", "rows", "steps"),
    [
        ({"max_steps": 7}, 1000, 7),
        ({"epochs": 3, "batch_size": 1, "gradient_accumulation": 8}, 1294, 486),
        ({"epochs": 0.5, "batch_size": 10}, 100, 5),
        ({"epochs": 1, "batch_size": 64}, 3, 1),
    ],
)
def test_steps_follow_from_rows_and_epochs(settings: dict[str, Any], rows: int, steps: int) -> None:
    assert step_count(spec(**settings), rows) == steps


def test_each_pass_shows_every_row_once_in_another_order() -> None:
    order = row_order(spec(epochs=3, batch_size=5), LENGTHS)

    passes = [order[:10], order[10:20], order[20:]]
    assert all(sorted(one) == list(range(10)) for one in passes)
    assert passes[0] != passes[1] != passes[2]


def test_rows_of_a_step_are_sorted_by_length() -> None:
    order = row_order(spec(max_steps=4, batch_size=2, gradient_accumulation=3), LENGTHS)

    steps = [[LENGTHS[row] for row in order[start : start + 6]] for start in range(0, 24, 6)]
    assert all(step == sorted(step) for step in steps)
    assert max(Counter(order).values()) - min(Counter(order).values()) <= 1


def test_seed_decides_the_order() -> None:
    one, same, other = (row_order(spec(max_steps=20, seed=seed), LENGTHS) for seed in (1, 1, 2))

    assert one == same != other


@pytest.mark.trainer
def test_batch_size_does_not_change_what_a_step_learns(programs: Programs, make_spec: Make, tmp_path: Path) -> None:
    losses = []
    for batch, accumulation in ((16, 1), (4, 4)):
        work = tmp_path / f"by-{batch}"
        sizes = {"batch_size": batch, "gradient_accumulation": accumulation}
        done = programs.train(make_spec(work, max_steps=5, dropout=0, eval_every=0, **sizes))
        assert done.returncode == 0, done.stderr
        losses.append([event["loss"] for event in events_of(work) if event["type"] == "log"])

    assert len(losses[0]) == 5
    assert losses[0] == pytest.approx(losses[1], rel=1e-4)
