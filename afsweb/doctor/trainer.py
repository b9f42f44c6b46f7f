"""Can the interpreters of trainings train here? Each backend has one of its own."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

from afsweb.doctor.finding import Finding, bad, ok, skipped
from afsweb.doctor.judging import judge

# trl's is called so because it answers for trained models too; the others are called as their backends.
CHECK, UNSLOTH, MLX = "trainer", "unsloth", "mlx"
NEEDS = {CHECK: "torch", UNSLOTH: "unsloth", MLX: "mlx"}
NAMES = {CHECK: "PyTorch", UNSLOTH: "unsloth", MLX: "MLX"}
QUEUES = {CHECK: {"gpu", "eval"}, UNSLOTH: {"gpu"}, MLX: {"mlx"}}
BACKENDS = {CHECK: "trl", UNSLOTH: "unsloth", MLX: "mlx"}
PATIENCE = 180.0  # seconds; the first import of PyTorch reads gigabytes
CHECKOUT = Path(__file__).resolve().parents[2]
PROBE = "training_app.trainer.probe"
# Without importing: 30 ms. Which of the libraries are there?
QUICK = """
import importlib.util, json
names = ("torch", "unsloth", "mlx")
print(json.dumps({name: importlib.util.find_spec(name) is not None for name in names}))
"""


def check_trainers(
    pythons: Mapping[str, str], queues: Collection[str], gpus: int = 0, *, deep: bool = False
) -> Iterator[Finding]:
    """`pythons`: the interpreter of each check; one that names none was not set up here, and nobody asked for it."""
    for check, python in pythons.items():
        if python or check == CHECK:
            yield from check_trainer(python, queues, gpus, check=check, deep=deep)


def check_trainer(
    python: str, queues: Collection[str], gpus: int = 0, *, check: str = CHECK, deep: bool = False
) -> list[Finding]:
    """`gpus`: how many this machine has; `deep` loads the libraries and computes with them, which takes seconds."""
    if not QUEUES[check] & set(queues):
        wanted = " or ".join(f"“{queue}”" for queue in sorted(QUEUES[check], reverse=True))
        return [skipped(check, f"No worker here takes {wanted}, which need{'' if 'or' in wanted else 's'} it.")]
    setup = _setup(check)
    if not Path(python).exists():
        return [bad(check, f"There is no interpreter at {python}.", setup)]
    there = _ask([python, "-c", QUICK])
    if isinstance(there, str):
        return [bad(check, f"{python} does not run: {there}", setup)]
    if not there[NEEDS[check]]:
        return [bad(check, f"{python} has no {NAMES[check]}.", setup)]
    if not deep:
        return [ok(check, f"{python} has {NAMES[check]}.")]
    told = ask_probe(python, BACKENDS[check])
    return [bad(check, f"{python} does not run: {told}", setup)] if isinstance(told, str) else judge(check, told, gpus)


def ask_probe(python: str, backend: str) -> Any:
    """What the interpreter tells about itself (training_app.trainer.probe), or why it tells nothing, as a text."""
    return _ask([python, "-m", PROBE, backend])


def _setup(check: str) -> str:
    backend = BACKENDS[check]
    setting = "AFS_TRAINER_PYTHON" if check == CHECK else f"AFS_{backend.upper()}_PYTHON"
    return f"Build one with `afs host setup --backend {backend}`, or name another in {setting}."


def _ask(command: list[str]) -> Any:
    """What a program prints as JSON in its last line, or the last line of its complaint."""
    try:
        # `-m` puts the folder that one stands in before all others.
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            cwd=CHECKOUT,
            env={**os.environ, "PYTHONPATH": str(CHECKOUT)},
        )
        if done.returncode == 0:
            return json.loads(done.stdout.splitlines()[-1])
        return done.stderr.strip().splitlines()[-1]
    except (OSError, subprocess.SubprocessError, ValueError, IndexError) as error:
        return str(error) or "it prints nothing"
