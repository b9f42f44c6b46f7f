"""How a training is started: a spec file, and the trainer in the interpreter of the recipe's backend."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.conf import settings

from afsweb.core.artifacts import artifact_path
from afsweb.services.bytecode import WITHOUT
from training_app.backends.catalog import trainer_of
from training_app.errors import BackendMissing, BaseHasNoWeights, TrainerMissing
from training_app.models import Backend, TrainingRun

SPEC, OUTPUT, STOP = "spec.json", "output.log", "STOP"
# One process for each card. `--standalone` finds a free port: two trainings may share a machine.
SEVERAL = ("-m", "torch.distributed.run", "--standalone", "--nproc-per-node")
# Half the cores: with all of them, any other work on the machine makes each step wait for the slowest thread (26 times
# longer was measured), and a tiny model gains little.
THREADS = max(1, (os.cpu_count() or 1) // 2)
OURS = {"PYTHONUTF8": "1", "PYTHONUNBUFFERED": "1"}
# The trainer needs no key and no password of ours.
PASSED_ON = ("PATH", "HOME", "LANG", "TMPDIR", "TEMP", "SYSTEMROOT", "LD_LIBRARY_PATH", "CUDA_VISIBLE_DEVICES")


def work_dir(run: TrainingRun) -> Path:
    """Where the run keeps its events, checkpoints and adapter on this host."""
    return settings.WORK_DIR / "runs" / str(run.uuid)


def trackio_dir() -> Path:
    """Where the runs of this machine that name trackio are told to it, all in one place."""
    return settings.WORK_DIR / "trackio"


def make_spec(run: TrainingRun) -> dict[str, Any]:
    """What the trainer is told (training_app.trainer.spec): the recipe's settings, and folders of verified files.

    Raises BaseHasNoWeights; may read and hash files, so call it outside transactions.
    """
    base, snapshot = run.recipe.base_model, run.snapshot
    if base.weights is None or snapshot.artifact is None:
        raise BaseHasNoWeights(model=base.model_id)
    return {
        **run.recipe.params,
        "run_id": str(run.uuid),
        "work_dir": str(work_dir(run)),
        "base_dir": str(artifact_path(base.weights)),
        "base_id": base.model_id,
        "snapshot_dir": str(artifact_path(snapshot.artifact)),
        "backend": run.recipe.backend,
        "method": run.recipe.method,
        "domain": snapshot.domain.slug if snapshot.domain else "",
        "seed": run.seed,
        "threads": THREADS,
        "resume": True,
        "watch_stdin": True,
    }


def start(run: TrainingRun, spec: dict[str, Any]) -> subprocess.Popen[bytes]:
    """Start the trainer on `spec`; it stops by itself when the returned process's standard input closes.

    Raises TrainerMissing, BackendMissing.
    """
    backend = Backend(spec.get("backend", Backend.TRL))
    python = trainer_of(backend).python
    if not python:
        raise BackendMissing(label=backend.label, backend=backend.value)
    folder = work_dir(run)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / STOP).unlink(missing_ok=True)
    (folder / SPEC).write_text(json.dumps(spec, indent=1, sort_keys=True))
    with (folder / OUTPUT).open("ab") as output:
        several = (*SEVERAL, str(spec["devices"])) if spec.get("devices", 1) > 1 else ()
        return run_program("training_app.trainer", folder / SPEC, output=output, python=python, launcher=several)


def run_program(
    module: str, spec: Path, *, output: Any, python: str = "", launcher: Sequence[str] = ()
) -> subprocess.Popen[bytes]:
    """Start `python -m module spec`, in trl's interpreter unless another is named. Raises TrainerMissing."""
    python = python or settings.TRAINER_PYTHON
    passed = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    try:
        return subprocess.Popen(
            [python, *launcher, "-m", module, str(spec)],
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=passed | OURS | WITHOUT | {"PYTHONPATH": str(settings.BASE_DIR), "TRACKIO_DIR": str(trackio_dir())},
        )
    except FileNotFoundError:
        raise TrainerMissing(python=python) from None


def request_stop(run: TrainingRun) -> None:
    """Ask the trainer to seal a checkpoint and stop at its next step."""
    (work_dir(run) / STOP).touch()


def last_output(run: TrainingRun, lines: int = 20) -> str:
    """The end of what the trainer printed."""
    path = work_dir(run) / OUTPUT
    return "\n".join(path.read_text(errors="replace").splitlines()[-lines:]) if path.exists() else ""
