"""What every backend keeps: events, tokens, stop, kill and resume, sealed checkpoints, an adapter that peft loads.

In the main run trl's with LoRA, whose stops and kills test_resume.py has already; all where .ci/backends asks.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from tests.trainer.conftest import Make, Programs, all_events, events_of, last_step, wait_until
from training_app.trainer.checkpoints import open_sealed
from training_app.trainer.limits import CANNOT

pytestmark = pytest.mark.trainer

STEPS, SAVE, EVALUATE = 24, 4, 12
# How far the first loss is from that of plain torch in full precision: computing in bfloat16, weights in 4 bits.
PLAIN, ROUNDED, QUANTIZED = 1e-4, 5e-2, 0.5
CASES = {
    "trl-lora": PLAIN,
    "trl-qlora": QUANTIZED,
    "unsloth-lora": ROUNDED,
    "unsloth-qlora": QUANTIZED,
    "mlx-lora": PLAIN,
    "mlx-qlora": QUANTIZED,
}
WHOLE = os.environ.get("CONTRACT") == "all"
FIELDS = {
    "started": {"max_steps", "versions", "device", "trainable_parameters", "total_parameters", "rows", "tokens"}
    | {"base_sha256", "snapshot_sha256", "template_sha256", "resumed_from"},
    "log": {"step", "loss", "learning_rate", "grad_norm", "mean_token_accuracy", "tokens_per_s"},
    "eval": {"step", "loss", "accuracy"},
    "checkpoint": {"step", "dir", "sha256", "bytes", "removed"},
    "stopped": {"step", "seconds"},
    "finished": {"step", "adapter_dir", "sha256", "seconds"},
}


@dataclass(frozen=True)
class Run:
    """One whole run of a backend, and how to start others of it."""

    backend: str
    off: float
    work: Path
    programs: Programs
    settings: dict[str, Any]


def interpreter(backend: str) -> str:
    made = settings.BASE_DIR / f".venv-{backend}" / "bin" / "python"
    python = Path(settings.TRAINER_PYTHON) if backend == "trl" else made
    if not python.is_file():
        pytest.skip(f"no interpreter with {backend}: .ci/backends makes one")
    return str(python)


@pytest.fixture(scope="module", params=CASES if WHOLE else ["trl-lora"])
def run(request: pytest.FixtureRequest, make_spec: Make, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    backend, method = request.param.split("-")
    asked = {"backend": backend, "method": method, "max_steps": STEPS, "save_every": SAVE, "eval_every": EVALUATE}
    work = tmp_path_factory.mktemp(request.param) / "whole"
    whole = Run(backend, CASES[request.param], work, Programs(interpreter(backend)), asked)
    done = whole.programs.train(make_spec(work, **asked))
    assert done.returncode == 0, done.stderr
    yield whole


def told_by(work: Path) -> list[dict[str, Any]]:
    """Without the notes: where TensorBoard is not installed, one says so."""
    return [event for event in events_of(work) if event["type"] != "note"]


def curve(work: Path) -> dict[int, float]:
    return {event["step"]: event["loss"] for event in events_of(work) if event["type"] == "log"}


def test_its_events_tell_the_whole_run(run: Run) -> None:
    events = told_by(run.work)
    steps = {kind: [event.get("step") for event in events if event["type"] == kind] for kind in FIELDS}
    assert [event["seq"] for event in all_events(run.work)] == list(range(1, len(all_events(run.work)) + 1))
    assert [events[0]["type"], events[-1]["type"]] == ["started", "finished"]
    assert steps["log"] == list(range(1, STEPS + 1))
    assert steps["eval"] == list(range(EVALUATE, STEPS + 1, EVALUATE))
    assert steps["checkpoint"] == list(range(SAVE, STEPS + 1, SAVE))
    assert [event for event in events if not FIELDS[event["type"]] <= set(event)] == []
    assert run.backend in events[0]["versions"]


def test_it_learns(run: Run) -> None:
    losses = list(curve(run.work).values())
    evaluated = [event["loss"] for event in events_of(run.work) if event["type"] == "eval"]
    assert losses[-1] < losses[0] / 2
    assert evaluated[-1] < evaluated[0]


def test_its_learning_rate_is_that_of_the_others(run: Run) -> None:
    rates = [event["learning_rate"] for event in events_of(run.work) if event["type"] == "log"]
    assert [rates[0], rates[STEPS // 2]] == pytest.approx([2e-3, 1e-3], rel=1e-6)


def test_it_trains_the_tokens_that_are_shown_and_its_adapter_loads_in_peft(
    run: Run, programs: Programs, make_spec: Make
) -> None:
    done = programs.run(
        Path(__file__).with_name("measure.py"), make_spec(run.work, **run.settings), run.work / "adapter"
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout.splitlines()[-1])
    evaluated = [event["loss"] for event in events_of(run.work) if event["type"] == "eval"]
    assert curve(run.work)[1] == pytest.approx(told["first"], abs=run.off)
    # The library's own validation loss is a mean over batches; a wrong adapter would be off by whole nats.
    assert told["after"] == pytest.approx(evaluated[-1], abs=0.1 + run.off)
    assert told["after"] < told["before"] - 1
    assert done.stderr.count("missing") == 0


def test_its_checkpoints_are_sealed(run: Run) -> None:
    folders = sorted((run.work / "checkpoints").iterdir())
    assert [open_sealed(folder).step for folder in folders] == [STEPS - SAVE, STEPS]
    assert not (run.work / "aside").exists()


@pytest.mark.skipif(not WHOLE, reason="test_resume.py has it of trl with LoRA; .ci/backends runs it with all")
def test_stopped_then_killed_it_goes_on_to_the_same_bits(run: Run, make_spec: Make, tmp_path: Path) -> None:
    work = tmp_path / "again"
    with run.programs.training(make_spec(work, **run.settings)) as process:
        wait_until(lambda: last_step(work) >= 2, process)
        (work / "STOP").touch()
        assert process.wait(120) == 0
    stopped = events_of(work)[-1]
    (work / "STOP").unlink()
    with run.programs.training(make_spec(work, resume=True, **run.settings)) as process:
        wait_until(lambda: last_step(work) >= stopped["step"] + SAVE + 1, process)
        process.kill()

    done = run.programs.train(make_spec(work, resume=True, **run.settings))

    assert done.returncode == 0, done.stderr
    resumed = [event["resumed_from"] for event in events_of(work) if event["type"] == "started"]
    assert (stopped["type"], resumed[:2]) == ("stopped", [None, stopped["step"]])
    assert resumed[2] > stopped["step"]
    assert curve(work) == curve(run.work)
    for file in (run.work / "adapter").iterdir():
        assert (work / "adapter" / file.name).read_bytes() == file.read_bytes()


def test_what_it_cannot_do_is_refused(run: Run, make_spec: Make, tmp_path: Path) -> None:
    if run.backend not in CANNOT:
        pytest.skip("it can do all that there is")
    done = run.programs.train(make_spec(tmp_path / "dora", **run.settings, use_dora=True))
    assert done.returncode == 2
    assert f"{run.backend} does not know DoRA" in done.stderr
    assert [event["type"] for event in events_of(tmp_path / "dora")] == ["failed"]
