"""Several processes train as one: the same rows, the same loss; one writes. On CPUs by gloo, as on cards by NCCL."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.trainer.conftest import PATIENCE_S, Make, Programs, all_events, events_of, last_step, wait_until
from training_app.trainer.checkpoints import open_sealed
from training_app.trainer.limits import cannot
from training_app.trainer.order import row_order, rows_per_step, step_count
from training_app.trainer.spec import load_spec

SEVERAL = ("-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2")


@pytest.fixture(scope="module")
def runs(programs: Programs, make_spec: Make, tmp_path_factory: pytest.TempPathFactory) -> dict[int, Path]:
    """Work folders by the number of processes: 12 steps of 4 rows each. What started the two was killed in between."""
    folder = tmp_path_factory.mktemp("ranks")
    asked = {
        "max_steps": 12,
        "eval_every": 4,
        "save_every": 6,
        "keep": "validation_loss",
        "early_stopping": 3,
        "dropout": 0,
    }
    alone = make_spec(folder / "1", batch_size=4, **asked)
    both = make_spec(folder / "2", batch_size=2, devices=2, resume=True, watch_stdin=True, **asked)
    (folder / "1").mkdir()
    assert programs.train(alone).returncode == 0
    with programs.training(both, launcher=SEVERAL) as process:
        wait_until(lambda: last_step(folder / "2") >= 2, process)
        process.kill()
        assert process.stdin
        process.stdin.close()
    # The two find their input closed, seal where they are and stop; these wait for that.
    with programs.training(both, launcher=SEVERAL) as process:
        assert process.wait(PATIENCE_S) == 0
    return {1: folder / "1", 2: folder / "2"}


@pytest.mark.trainer
def test_two_processes_train_as_one(runs: dict[int, Path]) -> None:
    losses = {n: [event["loss"] for event in events_of(runs[n]) if event["type"] == "log"] for n in runs}
    assert len(losses[2]) == 12
    assert losses[2] == pytest.approx(losses[1], abs=1e-3)


@pytest.mark.trainer
def test_they_find_the_same_state_the_best(runs: dict[int, Path]) -> None:
    best = {n: [event for event in events_of(runs[n]) if event["type"] == "best"] for n in runs}
    assert [event["step"] for event in best[2]] == [event["step"] for event in best[1]] == [12]
    assert best[2][0]["value"] == pytest.approx(best[1][0]["value"], abs=1e-2)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"objective": "dpo"}, "preference pairs (dpo) on several devices"),
        ({"packing": True, "domain_samples": 2}, "packing on several devices, questions at checkpoints"),
        ({"method": "qlora"}, "a base in 4 or 8 bits on several devices"),
        ({"method": "full", "chunked_loss": False}, "full fine-tuning on several devices, the whole table"),
    ],
)
def test_what_nobody_has_seen_several_do_is_refused(asked: dict[str, Any], said: str) -> None:
    assert said in ", ".join(cannot("trl", {"devices": 2, **asked}))
    assert cannot("trl", asked) == []


@pytest.mark.trainer
def test_one_alone_tells_and_seals(runs: dict[int, Path]) -> None:
    events = events_of(runs[2])
    whole = all_events(runs[2])
    assert [event["seq"] for event in whole] == list(range(1, len(whole) + 1))
    told = [event["type"] for event in events if event["type"] in ("started", "stopped", "finished")]
    assert told == ["started", "stopped", "started", "finished"]
    sealed = open_sealed(runs[2] / "checkpoints" / "step-00000012")
    names = {path.name for path in sealed.folder.iterdir()}
    assert {"rng_state_0.pth", "rng_state_1.pth"} <= names


@pytest.mark.trainer
def test_another_number_of_processes_is_refused(programs: Programs, make_spec: Make, tmp_path: Path) -> None:
    done = programs.train(make_spec(tmp_path / "run", devices=2, max_steps=2))
    assert done.returncode == 2
    assert "for 2 processes, and 1 were started" in done.stderr


def test_devices_widen_each_step(tmp_path: Path) -> None:
    spec = {"run_id": "r", "work_dir": str(tmp_path / "w"), "base_id": "b", "batch_size": 2, "epochs": 3}
    spec |= {"base_dir": str(tmp_path), "snapshot_dir": str(tmp_path), "gradient_accumulation": 4, "devices": 2}
    (tmp_path / "spec.json").write_text(json.dumps(spec))
    read = load_spec(tmp_path / "spec.json")
    # 1,294 rows, 16 a step, 3 epochs.
    assert (rows_per_step(read), step_count(read, 1294)) == (16, 243)
    order = row_order(read, [1] * 1294)
    assert len(order) == 243 * 16
    assert sorted(order[:1294]) == list(range(1294))
