"""Trainings on a hub and what is asked of them, called there by its console: of the double, or of the real trainer."""

from __future__ import annotations

import json
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings

from afsweb.core.artifacts import store_artifact
from afsweb.core.models import ArtifactKind, EventSource, Host
from afsweb.services.home import CHECKOUT
from datasets_app.models import Snapshot
from tests import trainer_double
from tests.rows import chat_row, make_snapshot
from training_app.backends.params import TrainingParams
from training_app.launch import launch_run
from training_app.models import BaseModel, Recipe, TrainingRun
from training_app.recipes import save_recipe

PLACES = {"$2100": "INIDISP", "$2105": "BGMODE", "$2115": "VMAIN", "$2121": "CGADD", "$420B": "MDMAEN"}
ASKED = ("Which register is {}?", "What is {} called?", "Name the register at {}.", "{} is which register?")
ROWS = [chat_row(asked.format(place), name) for asked in ASKED for place, name in PLACES.items()]
DOUBLE, REAL = "tests/double", "tests/tiny"


@dataclass(frozen=True)
class Standing:
    """How a training stands. `sent`: the step of the checkpoint that is on the hub."""

    state: str
    step: int
    sent: int | None
    host: str
    worker: str
    attempt: int
    error: str


def prepare(habits: dict[str, Any] | None) -> None:
    """A snapshot, and a recipe on a base of the double with these habits; without any, on a tiny one for the real."""
    folder = Path(tempfile.mkdtemp())
    make_snapshot(folder / "registers", ROWS)
    base = trainer_double.make_base(folder / "base", **habits) if habits else _build_tiny(folder)
    weights = store_artifact(ArtifactKind.BASE_MODEL, "base", base)
    BaseModel.objects.create(model_id=DOUBLE if habits else REAL, weights=weights)


def _build_tiny(folder: Path) -> Path:
    (folder / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in ROWS))
    (folder / "tiny.json").write_text(
        json.dumps({"rows_file": str(folder / "rows.jsonl"), "out_dir": str(folder / "b")})
    )
    command = [settings.TRAINER_PYTHON, "-m", "training_app.trainer.tiny_base", str(folder / "tiny.json")]
    subprocess.run(command, check=True, cwd=CHECKOUT, capture_output=True)
    return folder / "b"


def launch(name: str, steps: int, save_every: int, seed: int = 1) -> str:
    """Train on any machine that is free; the id of the run."""
    params = TrainingParams(
        max_steps=steps,
        save_every=save_every,
        eval_every=0,
        batch_size=4,
        gradient_accumulation=1,
        max_length=64,
        modules_to_save=("embed_tokens", "lm_head"),
    )
    recipe: Recipe = save_recipe("faults", BaseModel.objects.get(), params.model_dump(mode="json"), by=None)
    run = launch_run(recipe, Snapshot.objects.get(), name=name, by=None, seed=seed, source=EventSource.CLI)
    return str(run.uuid)


def look(runs: list[str]) -> dict[str, Standing]:
    """How each stands."""
    return {
        str(run.uuid): _standing(run) for run in TrainingRun.objects.filter(uuid__in=runs).select_related("job__host")
    }


def _standing(run: TrainingRun) -> Standing:
    assert run.job
    sent = run.checkpoints.filter(artifact__isnull=False).order_by("-step").values_list("step", flat=True).first()
    host = run.job.host.name if run.job.host else ""
    return Standing(str(run.state), run.step, sent, host, run.job.worker, run.job.attempt, run.shown_error)


def curve(run: str) -> list[tuple[int, float | None]]:
    """Its steps with their losses, in order."""
    rows = TrainingRun.objects.get(uuid=run).metrics.filter(is_validation=False).order_by("step")
    return list(rows.values_list("step", "loss"))


def give_slots(count: int) -> None:
    """Have every machine take so many trainings at once."""
    Host.objects.update(gpu_slots=count)
