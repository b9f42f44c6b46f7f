"""The learning rate where no library computes it, against what transformers' schedulers give."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

import pytest

from tests.trainer.conftest import Programs
from training_app.trainer.schedule import learning_rate
from training_app.trainer.spec import SCHEDULERS, TrainSpec

PROGRAM = """
import json, sys, torch
from transformers import get_scheduler
told = []
for name, warmup in json.loads(sys.argv[1]):
    optimizer = torch.optim.AdamW([torch.zeros(1)], lr=2e-3)
    schedule = get_scheduler(name, optimizer, num_warmup_steps=warmup, num_training_steps=20)
    told.append([])
    for _ in range(20):
        told[-1].append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        schedule.step()
print(json.dumps(told))
"""


def spec(**settings: Any) -> TrainSpec:
    required: dict[str, Any] = dict.fromkeys(("run_id", "work_dir", "base_dir", "base_id", "snapshot_dir"), "x")
    return TrainSpec(**required, learning_rate=2e-3, max_steps=20, **settings)


@pytest.mark.trainer
def test_it_is_that_of_transformers(programs: Programs) -> None:
    cases = [(name, warmup) for name in SCHEDULERS for warmup in (0, 6)]
    done = programs.run("-c", PROGRAM, json.dumps(cases))
    assert done.returncode == 0, done.stderr
    for (name, warmup), rates in zip(cases, json.loads(done.stdout.splitlines()[-1]), strict=True):
        # transformers' constant schedule knows no warm-up.
        ours = spec(scheduler=name, warmup_steps=warmup)
        assert [learning_rate(ours, done, 20) for done in range(20)] == pytest.approx(rates), name


def test_a_share_of_the_steps_goes_before_their_number() -> None:
    asked = spec(scheduler="linear", warmup_steps=2, warmup_ratio=0.5)
    assert learning_rate(asked, 5, 20) == 1e-3
    assert learning_rate(dataclasses.replace(asked, warmup_ratio=None), 2, 20) == 2e-3
