"""The program `python -m training_app.trainer SPEC.json`.

Exit codes: 0 finished or stopped, 1 failed, 2 the spec is wrong, 3 the rows or the base model are refused.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from training_app.trainer.errors import TrainerError
from training_app.trainer.events import EVENTS, EventLog
from training_app.trainer.lock import hold
from training_app.trainer.spec import TrainSpec, load_spec
from training_app.trainer.training import train

USAGE = "usage: python -m training_app.trainer SPEC.json"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one training; return the exit code. What is wrong is told on standard error, and as a `failed` event."""
    arguments = sys.argv[1:] if arguments is None else arguments
    if len(arguments) != 1:
        print(USAGE, file=sys.stderr)
        return 2
    try:
        spec = load_spec(Path(arguments[0]))
        with hold(spec.work):
            _attempt(spec)
    except TrainerError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    return 0


def run() -> NoReturn:
    """The entry point, also of a zipapp, which ignores what its function returns."""
    raise SystemExit(main())


def _attempt(spec: TrainSpec) -> None:
    events = EventLog(spec.work / EVENTS)
    try:
        train(spec, events)
    except TrainerError as error:
        events.write("failed", error=error.error, advice=error.advice)
        raise
    except Exception as error:
        events.write("failed", error=f"{type(error).__name__}: {error}", advice=_advice(error))
        raise
    finally:
        events.close()


def _advice(error: Exception) -> str:
    # torch.OutOfMemoryError, by name: torch may be what could not be imported.
    if type(error).__name__ == "OutOfMemoryError":
        return "Halve batch_size and double gradient_accumulation: the result stays the same."
    if isinstance(error, ImportError):
        return "Install the train extra in the interpreter that runs the trainer."
    return "Read the trainer's output, then go on from the last sealed checkpoint."
