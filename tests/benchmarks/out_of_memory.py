"""Trainings that run out of memory by accident: how many end well, with the steps that an undisturbed one has.

Run: python -m tests.benchmarks.out_of_memory [TRAININGS]. The real trainer and job, on a tiny base on the CPU; memory
is made scarce in the trainer's process at a step that the seed decides, by as much as it decides: for some the batch
must be halved once, for some twice, for some gradient checkpointing must go on as well.
"""

from __future__ import annotations

import random
import shutil
import sys
import tempfile
from pathlib import Path

from tests.benchmarks.harness import Bar, argument, hub, report

TRAININGS, SEED = 20, 1
STEPS, SAVE_EVERY = 8, 3


def main() -> None:
    """Train so many times, and print one line."""
    wanted, draw = argument(TRAININGS), random.Random(SEED)
    with hub():
        folder = Path(tempfile.mkdtemp())
        try:
            ended = [train(folder / str(number), draw) for number in range(wanted)]
        finally:
            shutil.rmtree(folder)
    healed = sum(rungs > 0 and well for well, rungs in ended)
    rungs = [rungs for _, rungs in ended]
    report(
        "out_of_memory",
        {"trainings": wanted, "healed": healed, "rungs": sum(rungs), "most_rungs": max(rungs)},
        {"healed_share": Bar(round(healed / wanted, 3), at_least=0.95), "ran_out": Bar(min(rungs), at_least=1)},
    )


def train(folder: Path, draw: random.Random) -> tuple[bool, int]:
    """Whether one training ended with all its steps, and how many rungs it took."""
    from django.conf import settings

    from tests import scarce_memory
    from tests.fleet import trainings
    from tests.rows import run_job
    from training_app.models import BaseModel, TrainingRun

    settings.ARTIFACT_DIR, settings.WORK_DIR = folder.parent / "artifacts", folder.parent / "work"
    if not BaseModel.objects.exists():
        trainings.prepare(None)
    python, room, after = settings.TRAINER_PYTHON, draw.choice([0.5, 1, 1, 2]), draw.randint(1, STEPS)
    settings.TRAINER_PYTHON = str(scarce_memory.install(folder, python, room=room, after=after))
    try:
        run = TrainingRun.objects.select_related("job").get(uuid=trainings.launch(folder.name, STEPS, SAVE_EVERY))
        assert run.job
        run_job(run.job)
    finally:
        settings.TRAINER_PYTHON = python
    steps = [step for step, loss in trainings.curve(str(run.uuid)) if loss is not None]
    run.refresh_from_db()
    well, rungs = run.state == "succeeded" and steps == list(range(1, STEPS + 1)), run.rungs.count()
    print(f"# room {room}, after {after}: {run.state}, {rungs} rungs {run.error}", file=sys.stderr, flush=True)
    return well, rungs


if __name__ == "__main__":
    main()
