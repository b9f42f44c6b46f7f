"""Where a run goes on: its newest whole checkpoint, if that was made with the same settings and data."""

from __future__ import annotations

import json

from training_app.trainer.checkpoints import Sealed, latest_sealed
from training_app.trainer.errors import AnotherRunsCheckpoint, WorkDirHoldsARun
from training_app.trainer.events import EventLog
from training_app.trainer.spec import TrainSpec, identity_then


def newest_checkpoint(spec: TrainSpec, events: EventLog) -> Sealed | None:
    """The newest whole checkpoint to go on from. Raises `WorkDirHoldsARun` when there is one but `resume` is off."""
    sealed = latest_sealed(spec.work, on_damage=lambda text: events.write("note", text=text))
    if sealed and not spec.resume:
        raise WorkDirHoldsARun(path=spec.work)
    return sealed


def refuse_other_run(sealed: Sealed | None, identity: dict[str, object]) -> None:
    """Raises `AnotherRunsCheckpoint` naming what differs."""
    if sealed:
        now, before = json.loads(json.dumps(identity)), identity_then(sealed.identity)
        differing = sorted(name for name in now | before if now.get(name) != before.get(name))
        if differing:
            raise AnotherRunsCheckpoint(step=sealed.step, differing=", ".join(differing))
