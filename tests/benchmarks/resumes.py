"""A tiny training that is killed again and again: what is lost, and whether it comes to the same.

    python -m tests.benchmarks.resumes [KILLS] (30 unless given)

Each kill falls at a moment drawn by a seed: some steps and milliseconds after the training went on, and every third
time while a checkpoint is being written. Then the same run without a kill, and both are compared step by step.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.benchmarks.harness import Bar, argument, report

os.environ["DJANGO_SETTINGS_MODULE"] = "afsweb.settings"

from django.conf import settings

from tests.trainer.conftest import (
    ASKED,
    Programs,
    events_of,
    rows,
    wait_until,
    write_rows,
)

SEED, SAVE_EVERY = 20261127, 10
FURTHEST = 15  # steps after it went on


def make_spec(folder: Path, work: str, steps: int) -> Path:
    """The path of a spec that trains the tiny base in `folder`."""
    spec = {
        "run_id": work,
        "work_dir": str(folder / work),
        "base_dir": str(folder / "base"),
        "base_id": "afsweb/tiny",
        "snapshot_dir": str(folder / "snapshot"),
        "modules_to_save": ["embed_tokens", "lm_head"],
        "dropout": 0.1,
        "max_steps": steps,
        "batch_size": 4,
        "max_length": 64,
        "save_every": SAVE_EVERY,
        "eval_every": 25,
        "keep": "validation_loss",
        "resume": True,
    }
    path = folder / f"{work}.json"
    path.write_text(json.dumps(spec))
    return path


def prepare(programs: Programs, folder: Path) -> None:
    """The rows and the tiny base."""
    write_rows(folder / "snapshot" / "train.jsonl", rows(ASKED))
    write_rows(folder / "snapshot" / "validation.jsonl", rows(["Can you name {}?"]))
    spec = folder / "base.json"
    spec.write_text(json.dumps({"rows_file": f"{folder}/snapshot/train.jsonl", "out_dir": f"{folder}/base"}))
    done = programs.run("-m", "training_app.trainer.tiny_base", spec)
    assert done.returncode == 0, done.stderr


def kill_somewhere(process: subprocess.Popen[bytes], work: Path, draw: random.Random, *, in_a_write: bool) -> None:
    """Kill the training at a moment that `draw` decides, once it has gone on."""
    starts = len(resumed_from(work))
    wait_until(lambda: len(resumed_from(work)) > starts, process)
    if in_a_write:
        wait_until(lambda: is_writing(work), process)
    else:
        aim = draw.randint(1, FURTHEST)
        wait_until(lambda: steps_of_this_attempt(work) >= aim, process)
    time.sleep(draw.uniform(0, 0.05))
    process.kill()


def is_writing(work: Path) -> bool:
    """Whether a checkpoint is being written."""
    return any((work / "aside").glob("checkpoint-*"))


def resumed_from(work: Path) -> list[int]:
    """The step from which each attempt began; 0 for the first."""
    return [event["resumed_from"] or 0 for event in events_of(work) if event["type"] == "started"]


def steps_of_this_attempt(work: Path) -> int:
    """How many steps were told since the training went on."""
    kinds = [event["type"] for event in events_of(work)]
    return kinds[len(kinds) - kinds[::-1].index("started") :].count("log")


def last_logged(work: Path) -> int:
    """The step that was told last."""
    return next((event["step"] for event in reversed(events_of(work)) if event["type"] == "log"), 0)


def losses(work: Path) -> list[int]:
    """Steps that each kill cost: those told before it, and to be trained again."""
    lost, told = [], 0
    for event in events_of(work):
        if event["type"] == "log":
            told = event["step"]
        elif event["type"] == "started" and told:
            lost.append(told - (event["resumed_from"] or 0))
    return lost


def curve(work: Path) -> dict[int, float]:
    """Step -> loss; what is told again replaces what was told before."""
    return {event["step"]: event["loss"] for event in events_of(work) if event["type"] == "log"}


def files_of(folder: Path) -> dict[str, bytes]:
    """Name -> content."""
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def main() -> None:
    """Kill, go on, compare, print the line."""
    kills, draw = argument(30), random.Random(SEED)
    programs = Programs(settings.TRAINER_PYTHON)
    steps = kills * FURTHEST
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        prepare(programs, folder)
        killed, whole = folder / "killed", folder / "whole"
        for number in range(kills):
            with programs.training(make_spec(folder, "killed", steps)) as process:
                kill_somewhere(process, killed, draw, in_a_write=number % 3 == 2)
            print(f"kill {number + 1}: {last_logged(killed)}", file=sys.stderr)
        for work in ("killed", "whole"):
            done = programs.train(make_spec(folder, work, steps))
            assert done.returncode == 0, done.stderr
        lost, starts = losses(killed), resumed_from(killed)
        one, other = curve(killed), curve(whole)
        differing = sum(one.get(step) != other.get(step) for step in one.keys() | other.keys())
        figures = {"kills": kills, "steps": steps, "mean_lost": round(sum(lost) / max(1, len(lost)), 2)}
        bars = {
            "resumes": Bar(len(starts) - 1, at_least=kills),
            "most_steps_lost": Bar(max(lost, default=0), at_most=SAVE_EVERY),
            "steps_that_differ": Bar(differing, at_most=0),
            "files_that_differ": Bar(int(files_of(killed / "adapter") != files_of(whole / "adapter")), at_most=0),
        }
        report("resumes", figures, bars)


if __name__ == "__main__":
    main()
