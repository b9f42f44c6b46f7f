"""A trainer without PyTorch: it speaks the real one's protocol with the real one's events, seals, lock and stop.

`install(folder)` makes the program that AFS_TRAINER_PYTHON names. What it does is written in the base model's folder,
`double.json`: `step_seconds`; `fits`, the rows of a batch for which there is memory; `dies_after`, the steps after
which it is killed, as often as each is named; `breaks_after`, the step after which it breaks off, once; `shortens_at`,
the step for which there is memory only if rows are SHORT. Each step's loss follows from the one before, and a
checkpoint holds the last: a curve that goes on from a checkpoint is the undisturbed one, or wrong.
"""

from __future__ import annotations

import hashlib
import json
import os
import signal
import sys
import time
from itertools import pairwise
from pathlib import Path
from typing import Any

from training_app.trainer.checkpoints import ASIDE, clear_aside, latest_sealed, prune, seal
from training_app.trainer.events import EVENTS, EventLog
from training_app.trainer.lock import hold
from training_app.trainer.spec import TrainSpec, identity_then, load_spec
from training_app.trainer.stop import StopSignal

HABITS = "double.json"
STATE = "state.json"
SHORT = 64
# Beside the program, which all machines of a test share.
DIED, BROKE, WORKED = "died", "broke", "worked"


def install(folder: Path) -> Path:
    """Write the program, called as an interpreter is: `PROGRAM -m training_app.trainer SPEC`."""
    program = folder / "trainer-double"
    program.write_text(f"#!{sys.executable}\nimport sys\nfrom tests.trainer_double import main\nsys.exit(main())\n")
    program.chmod(0o755)
    return program


def beside() -> Path:
    """The folder of the program that runs."""
    return Path(sys.argv[0]).parent


def make_base(folder: Path, **habits: Any) -> Path:
    """The folder of a base model with these habits."""
    folder.mkdir(parents=True)
    (folder / "config.json").write_text("{}")
    usual = {"step_seconds": 0.01, "fits": 1000, "dies_after": [], "breaks_after": 0, "shortens_at": 0}
    (folder / HABITS).write_text(json.dumps(usual | habits))
    return folder


def loss_after(before: float, step: int, seed: int) -> float:
    """The loss of a step, from 0 to 4: no other than this one follows that one."""
    text = f"{before!r} {step} {seed}".encode()
    return int.from_bytes(hashlib.sha256(text).digest()[:4], "big") / 2**30


def undisturbed(steps: int, seed: int) -> list[float]:
    """The losses of a run that nobody disturbed."""
    losses, loss = [], 0.0
    for step in range(1, steps + 1):
        loss = loss_after(loss, step, seed)
        losses.append(loss)
    return losses


def main() -> int:
    """Train as the spec says; the exit code of the real one."""
    spec = load_spec(Path(sys.argv[3]))
    with hold(spec.work):
        events = EventLog(spec.work / EVENTS)
        try:
            return train(spec, events, json.loads((spec.base / HABITS).read_text()))
        finally:
            events.close()


def train(spec: TrainSpec, events: EventLog, habits: dict[str, Any]) -> int:
    stop, identity = StopSignal(spec.work, watch_stdin=spec.watch_stdin), json.loads(json.dumps(spec.identity()))
    clear_aside(spec.work)
    sealed = latest_sealed(spec.work)
    assert sealed is None or identity_then(sealed.identity) == identity, "another run's checkpoint"
    begin, loss = (sealed.step, json.loads((sealed.folder / STATE).read_text())) if sealed else (0, 0.0)
    steps = spec.max_steps or 1
    sizes = {"trainable_parameters": 1, "total_parameters": 2, "versions": {}, "device": "cpu"}
    events.write("started", max_steps=steps, resumed_from=sealed.step if sealed else None, **sizes)
    for step in range(begin + 1, steps + 1):
        if spec.batch_size > habits["fits"] or (step == habits["shortens_at"] and spec.max_length > SHORT):
            memory = {"device": "cpu", "reserved": None, "allocated": 3 << 30, "total": 4 << 30}
            events.write("out_of_memory", step=step - 1, said="no room for a batch", **memory)
            return 4
        time.sleep(habits["step_seconds"])
        note_work(spec.run_id)
        loss = loss_after(loss, step, spec.seed)
        events.write("log", step=step, loss=loss, grad_norm=1.0, learning_rate=1e-4)
        stopping = stop.asked()
        if stopping or step % spec.save_every == 0 or step == steps:
            save(spec, events, step, loss)
        if dies_now(step, habits["dies_after"]):
            os.kill(os.getpid(), signal.SIGKILL)
        if step == habits["breaks_after"] and not (beside() / BROKE).exists():
            (beside() / BROKE).touch()
            print("it broke off")
            return 1
        if stopping:
            events.write("stopped", step=step, seconds=0.0)
            return 0
    (spec.work / "adapter").mkdir(exist_ok=True)
    (spec.work / "adapter" / "adapter_config.json").write_text(json.dumps({"loss": loss}))
    events.write("finished", step=steps, seconds=0.0)
    return 0


def dies_now(step: int, steps: list[int]) -> bool:
    """Whether it is to be killed after this step once more; written down, since it cannot be told afterwards."""
    deaths = beside() / DIED
    died = deaths.read_text().split() if deaths.exists() else []
    if died.count(str(step)) >= steps.count(step):
        return False
    deaths.write_text(" ".join([*died, str(step)]))
    return True


def note_work(run_id: str) -> None:
    """Write down that this process works at the run now, where all machines of a test see it."""
    with (beside() / WORKED).open("a") as file:
        file.write(f"{run_id} {os.getpid()} {time.monotonic()}\n")


def worked_at_once(program: Path, run_id: str) -> bool:
    """Whether two processes worked at the run in turns: one began before another had made its last step."""
    spans: dict[str, list[float]] = {}
    for one, process, at in (line.split() for line in program.with_name(WORKED).read_text().splitlines()):
        if one == run_id:
            spans.setdefault(process, []).append(float(at))
    ends = sorted((times[0], times[-1]) for times in spans.values())
    return any(after[0] < before[1] for before, after in pairwise(ends))


def save(spec: TrainSpec, events: EventLog, step: int, loss: float) -> None:
    aside = spec.work / ASIDE / f"checkpoint-{step}"
    aside.mkdir(parents=True)
    (aside / STATE).write_text(json.dumps(loss))
    sealed = seal(aside, spec.work, step, spec.identity())
    removed = prune(spec.work, spec.keep_checkpoints)
    events.write("checkpoint", step=step, sha256=sealed.sha256, bytes=sealed.size_bytes, removed=removed)
