"""Building an interpreter: aside, checked, and named to the trainer only when it is whole."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

import psutil

from afsweb.refusal import Refusal
from afsweb.services.home import Home
from afsweb.services.trainers.backends import Backend, check_possible, find_python

Tell = Callable[[str], object]
PIP = ("-m", "pip", "--disable-pip-version-check", "--no-input")
TOLD = ("Collecting ", "Downloading ", "Installing ", "Successfully ")  # of what pip prints
LOCK, DONE, KEPT = "locked.txt", "whole", 2
SAID = 12  # lines of a complaint that are shown


class BuildFailed(Refusal):
    """The interpreter could not be built ({step}); nothing was changed. It says: {said}"""


def build_trainer(home: Home, backend: Backend, tell: Tell, *, python: str = "") -> Path:
    """Build the interpreter, write down what was installed, have trainings here use it; returns its `python`.

    Stopped or failed, it leaves nothing and the one before stays in use. Raises NotOnThisSystem, NoRoomForTrainer,
    NoPython, BuildFailed.
    """
    home.prepare()
    trainers = home.root / "trainers"
    trainers.mkdir(mode=0o755, exist_ok=True)
    check_possible(backend, trainers)
    _clear(trainers, backend)
    place = trainers / f"{backend.name}-{time.strftime('%Y%m%d-%H%M%S')}"
    try:
        ours = _build(find_python(python), place, backend, tell)
    except BaseException:  # Ctrl-C too: half an interpreter is of no use
        shutil.rmtree(place, ignore_errors=True)
        raise
    home.write_trainer(ours, backend.setting)
    return ours


def _build(python: str, place: Path, backend: Backend, tell: Tell) -> Path:
    tell(f"1/4 an environment of {python} in {place}")
    _run("making the environment", [python, "-m", "venv", str(place)], tell)
    ours = place / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    install = [str(ours), *PIP, "install", "--progress-bar", "off"]
    tell(f"2/4 the packages of {backend.name}, as {backend.versions.name} names their versions")
    if backend.first:
        _run("installing", [*install, _pin(backend)], tell)
    _run("installing", [*install, "-c", str(backend.versions), *backend.packages], tell)
    tell("3/4 loading them")
    for name in backend.imports:
        _run(f"loading {name}", [str(ours), "-c", f"import {name}"], tell)
    tell("4/4 writing down what was installed")
    locked = _run("listing", [str(ours), *PIP, "freeze"], lambda _line: None)
    (place / LOCK).write_text("\n".join(locked) + "\n", encoding="utf-8")
    (place / DONE).touch()
    return ours


def _pin(backend: Backend) -> str:
    """`first` with its version: the file's other lines must not choose its build."""
    lines = backend.versions.read_text(encoding="utf-8").splitlines()
    return next(line for line in lines if line.startswith(f"{backend.first}=="))


def _run(step: str, command: Sequence[str], tell: Tell) -> list[str]:
    """Run to the end, telling what is worth it; returns its lines. Raises BuildFailed."""
    process = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        start_new_session=True,  # Ctrl-C is ours to pass on
    )
    assert process.stdout is not None
    lines: list[str] = []
    try:
        for line in process.stdout:
            lines.append(line.rstrip())
            if line.startswith(TOLD):
                tell(f"    {line.strip()}")
        status = process.wait()
    finally:
        _end(process)
    if status:
        raise BuildFailed(step=step, said=" / ".join(line for line in lines[-SAID:] if line) or f"status {status}")
    return lines


def _end(process: subprocess.Popen[str]) -> None:
    """Kill it and what it started, if it still runs."""
    if process.poll() is None:
        with suppress(psutil.NoSuchProcess):
            root = psutil.Process(process.pid)
            for one in (*root.children(recursive=True), root):
                with suppress(psutil.NoSuchProcess):
                    one.kill()
    process.wait()


def _clear(trainers: Path, backend: Backend) -> None:
    """Delete what a killed build left, and old ones but the newest: a training may still run with that."""
    for path in sorted(trainers.glob(f"{backend.name}-*"), reverse=True):
        if not (path / DONE).exists():
            shutil.rmtree(path, ignore_errors=True)
    whole = sorted(trainers.glob(f"{backend.name}-*"))
    for path in whole[: 1 - KEPT]:
        shutil.rmtree(path, ignore_errors=True)
