"""The program `python -m training_app.trainer SPEC.json`.

Exit codes: 0 finished or stopped, 1 failed, 2 the spec is wrong, 3 the rows or the base model are refused, 4 memory ran
out.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import NoReturn

from training_app.trainer import ranks, training
from training_app.trainer.errors import MemoryRanOut, TrainerError
from training_app.trainer.events import EVENTS, EventLog, Unwritten
from training_app.trainer.limits import refuse_what_it_cannot
from training_app.trainer.lock import hold
from training_app.trainer.memory import is_out_of_memory, memory_facts
from training_app.trainer.mlx import training as mlx_training
from training_app.trainer.spec import TrainSpec, load_spec

USAGE = "usage: python -m training_app.trainer SPEC.json"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one training; return the exit code. What is wrong is told on standard error, and as a `failed` event."""
    arguments = sys.argv[1:] if arguments is None else arguments
    if len(arguments) != 1:
        print(USAGE, file=sys.stderr)
        return 2
    try:
        spec = load_spec(Path(arguments[0]))
        with hold(spec.work) if ranks.is_first() else nullcontext():
            _attempt(spec)
    except TrainerError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    return 0


def run() -> NoReturn:
    """The entry point, also of a zipapp, which ignores what its function returns."""
    raise SystemExit(main())


def _attempt(spec: TrainSpec) -> None:
    events = EventLog(spec.work / EVENTS) if ranks.is_first() else Unwritten()
    train = mlx_training.train if spec.backend == "mlx" else training.train
    try:
        refuse_what_it_cannot(spec)
        train(spec, events)
    except TrainerError as error:
        events.write("failed", error=error.error, advice=error.advice)
        raise
    except Exception as error:
        if is_out_of_memory(error):
            raise _out_of_memory(spec, events, error) from None
        events.write("failed", error=f"{type(error).__name__}: {error}", advice=_advice(error))
        raise
    finally:
        events.close()


def _out_of_memory(spec: TrainSpec, events: EventLog, error: Exception) -> MemoryRanOut:
    """Tell it; `step` is the last one that was made, null where memory ran out before the training began."""
    said = next(iter(str(error).splitlines()), type(error).__name__)
    events.write("out_of_memory", step=events.step, said=said, **memory_facts(spec.backend))
    when = "before the first step" if events.step is None else f"after step {events.step}"
    ran_out = MemoryRanOut(when=when, said=said)
    if spec.devices > 1:
        # What started the processes ends with a code of its own: nobody sees ours, and goes on with less.
        events.write("failed", error=ran_out.error, advice=ran_out.advice)
    events.sync()
    return ran_out


def _advice(error: Exception) -> str:
    if isinstance(error, ImportError):
        return "Build this machine's interpreter anew: `afs host setup --backend` trl, unsloth or mlx."
    return "Read the trainer's output, then go on from the last sealed checkpoint."
