"""The trainer as it is started for real: another interpreter, a spec file, folders. Small rows, a tiny base model."""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

PLACES = [f"${0x2100 + at:04X}" for at in range(12)]
NAMES = ["INIDISP", "OBSEL", "OAMADDL", "OAMADDH", "OAMDATA", "BGMODE", "MOSAIC", "BG1SC", "BG2SC", "BG3SC", "TM", "TS"]
ASKED = ["Which register is at {}?", "What is {} called?", "Name the register at {}.", "{} is which register?"]
LOOK_S, PATIENCE_S = 0.005, 240.0

Make = Callable[..., Path]


def chat(question: str, answer: str) -> dict[str, Any]:
    return {"messages": [{"role": "user", "content": question}, {"role": "assistant", "content": answer}]}


def rows(asked: list[str]) -> list[dict[str, Any]]:
    return [chat(form.format(place), name) for form in asked for place, name in zip(PLACES, NAMES, strict=True)]


def write_rows(path: Path, rows: list[dict[str, Any]]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def all_events(work: Path) -> list[dict[str, Any]]:
    """Every whole line so far."""
    path = work / "events.jsonl"
    lines = path.read_text().splitlines(keepends=True) if path.exists() else []
    return [json.loads(line) for line in lines if line.endswith("\n")]


def events_of(work: Path) -> list[dict[str, Any]]:
    """Those about the training: readings come by the clock."""
    return [event for event in all_events(work) if event["type"] != "reading"]


def last_step(work: Path) -> int:
    return max((event["step"] for event in events_of(work) if event["type"] == "log"), default=0)


class Programs:
    """Starts programs of ours in the trainer's interpreter."""

    def __init__(self, python: str) -> None:
        self.python = python

    def run(self, *arguments: str | Path, root: Path = settings.BASE_DIR) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [self.python, *map(str, arguments)], capture_output=True, text=True, env=self.env(root), timeout=PATIENCE_S
        )

    def train(self, spec: Path) -> subprocess.CompletedProcess[str]:
        return self.run("-m", "training_app.trainer", spec)

    def train_all(self, specs: list[Path]) -> list[int]:
        """Train one after the other in one interpreter; return the exit codes."""
        done = self.run("-m", "tests.trainer.several", *specs)
        assert done.returncode == 0, done.stderr
        codes: list[int] = json.loads(done.stdout.splitlines()[-1])
        return codes

    @contextmanager
    def training(self, spec: Path, launcher: Sequence[str] = ()) -> Iterator[subprocess.Popen[bytes]]:
        """A training under way; killed when the block ends before it."""
        command = [self.python, *launcher, "-m", "training_app.trainer", str(spec)]
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.DEVNULL, env=self.env())
        try:
            yield process
        finally:
            process.kill()
            process.wait()

    def env(self, root: Path = settings.BASE_DIR) -> dict[str, str]:
        return {"PATH": os.environ["PATH"], "PYTHONPATH": str(root), "OMP_NUM_THREADS": "1", "PYTHONUTF8": "1"}


def wait_until(true: Callable[[], bool], process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not true():
        assert process.poll() is None, "the trainer ended too early"
        assert time.monotonic() < deadline, "the trainer is stuck"
        time.sleep(LOOK_S)


@pytest.fixture(scope="session")
def programs() -> Programs:
    if not Path(settings.TRAINER_PYTHON).exists():
        pytest.skip(f"no trainer interpreter at {settings.TRAINER_PYTHON}: run make setup, or set AFS_TRAINER_PYTHON")
    return Programs(settings.TRAINER_PYTHON)


@pytest.fixture(scope="session")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("snapshot")
    write_rows(folder / "train.jsonl", rows(ASKED))
    write_rows(folder / "validation.jsonl", rows(["Can you name {}?"]))
    return folder


@pytest.fixture(scope="session")
def build_base(programs: Programs, snapshot: Path) -> Callable[..., dict[str, Any]]:
    """`build_base(folder, seed=0)`: what the program says about the tiny base that it wrote to `folder`."""

    def build(folder: Path, **settings: Any) -> dict[str, Any]:
        spec = folder.with_suffix(".json")
        spec.write_text(json.dumps({"rows_file": f"{snapshot}/train.jsonl", "out_dir": str(folder), **settings}))
        done = programs.run("-m", "training_app.trainer.tiny_base", spec)
        assert done.returncode == 0, done.stderr
        said: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
        return said

    return build


@pytest.fixture(scope="session")
def base(build_base: Callable[..., dict[str, Any]], tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("base") / "tiny"
    build_base(folder)
    return folder


@pytest.fixture(scope="session")
def make_spec(base: Path, snapshot: Path) -> Make:
    """`make_spec(work, max_steps=4)`: the path of a spec that trains in the folder `work`."""

    def make(work: Path, **settings: Any) -> Path:
        spec = {
            "run_id": "a-run",
            "work_dir": str(work),
            "base_dir": str(base),
            "base_id": "afsweb/tiny",
            "snapshot_dir": str(snapshot),
            "modules_to_save": ["embed_tokens", "lm_head"],
            "dropout": 0.1,
            "learning_rate": 2e-3,
            "max_steps": 60,
            "batch_size": 4,
            "max_length": 64,
            "save_every": 10,
            "eval_every": 25,
            **settings,
        }
        path = work.with_name(f"{work.name}.json")
        path.write_text(json.dumps(spec))
        return path

    return make


@pytest.fixture(scope="session")
def whole_run(programs: Programs, make_spec: Make, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The work folder of a run that nobody disturbed."""
    work = tmp_path_factory.mktemp("runs") / "whole"
    done = programs.train(make_spec(work))
    assert done.returncode == 0, done.stderr
    return work
