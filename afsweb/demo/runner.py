"""Run stages one after the other and say how each goes."""

from __future__ import annotations

import sys
import time
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TextIO

Say = Callable[[str], None]


@dataclass(frozen=True)
class Stage:
    """A step of the demo. `run` gets a function that shows its progress, and returns one line: what came of it.

    It must be safe to run on what an earlier demo left.
    """

    name: str
    run: Callable[[Say], str]


class StageFailed(Exception):
    """A stage did not come to a good end; the text is what a person reads."""


def run_stages(stages: Sequence[Stage], out: TextIO) -> bool:
    """Run the stages in order up to the first that fails; whether all ended well. Prints each with its seconds."""
    begin = time.monotonic()
    ended_well = all(run_stage(stage, f"{number}/{len(stages)}", out) for number, stage in enumerate(stages, 1))
    took = time.monotonic() - begin
    print(f"{'the demo is done' if ended_well else 'the demo stopped'} after {took:.0f} s", file=out, flush=True)
    return ended_well


def run_stage(stage: Stage, number: str, out: TextIO) -> bool:
    """Run one stage and print its line; whether it ended well."""
    line = Line(f"{number:>5}  {stage.name:<28}", out)
    try:
        line.end("", stage.run(line.show))
    except StageFailed as error:
        line.end("FAILED", str(error))
        return False
    except Exception:  # noqa: BLE001  a stage may end in any way, and the person must see how
        line.end("FAILED", traceback.format_exc())
        return False
    return True


class Line:
    """A stage's line on the terminal: progress overwrites itself there, and is left out of a file or pipe."""

    def __init__(self, head: str, out: TextIO) -> None:
        self.head, self.out, self.begin = head, out, time.monotonic()
        self.show("")

    def show(self, progress: str) -> None:
        if self.out.isatty():
            self._write(f"{progress[:60]}", "\r")

    def end(self, mark: str, text: str) -> None:
        self._write(f"{mark} {text}".strip(), "\n")

    def _write(self, text: str, ending: str) -> None:
        clear, seconds = "\r\x1b[K" if self.out.isatty() else "", time.monotonic() - self.begin
        print(f"{clear}{self.head} {seconds:7.1f} s  {text}", end=ending, file=self.out, flush=True)


def main(stages: Sequence[Stage]) -> int:
    """Run the stages on the terminal; exit status 0 when all ended well."""
    return 0 if run_stages(stages, sys.stdout) else 1
