from __future__ import annotations

import json
import shutil
import struct
from pathlib import Path

import pytest

from tests.trainer.conftest import Make, Programs, events_of

pytestmark = pytest.mark.trainer


def spoil(weights: Path, tensor: str) -> None:
    """Make the first number of a tensor NaN. The layout: https://huggingface.co/docs/safetensors (Format)."""
    data = bytearray(weights.read_bytes())
    [length] = struct.unpack_from("<Q", data)
    start = json.loads(data[8 : 8 + length])[tensor]["data_offsets"][0]
    struct.pack_into("<f", data, 8 + length + start, float("nan"))
    weights.write_bytes(data)


def test_loss_that_is_no_number_stops_the_run(programs: Programs, make_spec: Make, base: Path, tmp_path: Path) -> None:
    spoiled = shutil.copytree(base, tmp_path / "spoiled")
    spoil(spoiled / "model.safetensors", "model.norm.weight")

    done = programs.train(make_spec(tmp_path / "run", base_dir=str(spoiled)))

    events = events_of(tmp_path / "run")
    assert done.returncode == 1
    assert [event["type"] for event in events] == ["started", "failed"]
    assert events[-1]["error"] == "The loss at step 1 is not a number: training diverged."
    assert "Lower the learning rate" in events[-1]["advice"]
