"""Memory that runs out in the trainer: told with what there was, exit code 4, and gone on from with smaller batches."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests import scarce_memory
from tests.trainer.conftest import Make, Programs, events_of
from training_app.trainer.memory import is_out_of_memory

pytestmark = pytest.mark.trainer


def train_with_little(programs: Programs, spec: Path, folder: Path, *, room: float, after: int) -> int:
    """The exit code of a training that has room for so many rows, after some passes."""
    python = str(scarce_memory.install(folder, programs.python, room=room, after=after))
    return Programs(python).train(spec).returncode


def test_a_run_goes_on_in_smaller_batches(programs: Programs, make_spec: Make, tmp_path: Path) -> None:
    work, settings = tmp_path / "run", {"max_steps": 16, "save_every": 5, "eval_every": 0, "dropout": 0.0}
    code = train_with_little(programs, make_spec(work, **settings), tmp_path / "site", room=2, after=8)
    told = events_of(work)[-1]
    assert (code, told["type"], told["step"], told["device"]) == (4, "out_of_memory", 7, "cpu")
    assert told["said"] == "CUDA out of memory. Tried to allocate 2.00 GiB."
    assert 0 < told["allocated"] < told["total"]

    halved = make_spec(work, **settings, resume=True, batch_size=2, gradient_accumulation=2)
    done = programs.train(halved)
    assert done.returncode == 0, done.stderr
    undisturbed = tmp_path / "undisturbed"
    assert programs.train(make_spec(undisturbed, **settings)).returncode == 0
    starts = [event["resumed_from"] for event in events_of(work) if event["type"] == "started"]
    losses = {event["step"]: event["loss"] for event in events_of(work) if event["type"] == "log"}
    expected = {event["step"]: event["loss"] for event in events_of(undisturbed) if event["type"] == "log"}
    assert starts == [None, 5]
    assert losses == pytest.approx(expected, rel=1e-3)


def test_other_rows_a_step_are_another_run(
    programs: Programs, make_spec: Make, whole_run: Path, tmp_path: Path
) -> None:
    """Twice the batch at the same accumulation is no rung: it would be another training."""
    work = tmp_path / "whole"
    (work / "checkpoints").parent.mkdir()
    (work / "checkpoints").symlink_to(whole_run / "checkpoints")
    done = programs.train(make_spec(work, resume=True, batch_size=8))
    assert done.returncode == 2
    assert "made with other settings or data: rows_per_step." in done.stderr


def test_longer_rows_are_left_out_where_the_spec_says_so(
    programs: Programs, make_spec: Make, snapshot: Path, tmp_path: Path
) -> None:
    rows = (snapshot / "train.jsonl").read_text()
    long = json.dumps(
        {"messages": [{"role": "user", "content": "$2100 " * 90}, {"role": "assistant", "content": "INIDISP"}]}
    )
    (tmp_path / "mixed").mkdir()
    (tmp_path / "mixed" / "train.jsonl").write_text(f"{long}\n{rows}")
    here = {"snapshot_dir": str(tmp_path / "mixed"), "max_steps": 1}
    assert programs.train(make_spec(tmp_path / "short", **here, leave_out_longer=True)).returncode == 0
    assert events_of(tmp_path / "short")[0]["rows"] == len(rows.splitlines())


def test_no_row_that_is_short_enough_is_refused_with_what_to_do(
    programs: Programs, make_spec: Make, tmp_path: Path
) -> None:
    done = programs.train(make_spec(tmp_path / "none", max_length=8, leave_out_longer=True))
    assert done.returncode == 3
    assert "No row of train.jsonl has at most 8 tokens" in done.stderr


@pytest.mark.parametrize(
    ("error", "is_it"),
    [
        (MemoryError(), True),
        (
            RuntimeError("[enforce fail] DefaultCPUAllocator: can't allocate memory: you tried to allocate 8 bytes"),
            True,
        ),
        (RuntimeError("CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling cublasCreate"), True),
        (RuntimeError("MPS backend out of memory"), True),
        (RuntimeError("[metal::malloc] Attempting to allocate 9000 bytes which is greater than the maximum"), True),
        (RuntimeError("[malloc_or_wait] Unable to allocate 9000 bytes."), True),
        (RuntimeError("[METAL] Command buffer execution failed: Insufficient Memory (00000008)"), True),
        (RuntimeError("mat1 and mat2 shapes cannot be multiplied"), False),
        (ValueError("out of memory"), False),
    ],
)
def test_memory_is_told_from_other_errors(error: Exception, is_it: bool) -> None:
    assert is_out_of_memory(error) is is_it
