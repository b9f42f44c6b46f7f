"""How much one text may cost: a text that a model wrote must end, whatever it says."""

from __future__ import annotations

import time
from dataclasses import dataclass

from datasets_app.domains.asm65816.assembler.problem import Halt

_CLOCK_EVERY = 64


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one assembly; None is no bound.

    `source` counts bytes of the text and of every file that it includes, `seconds` the thread's processor time (a text
    takes no longer because the machine is busy), `steps` statements, expansions and calls, `output` bytes written,
    `line` characters of a line or a define after expansion. `nesting` counts levels of macros, of defines, of functions
    and of files in each other; more than 60 levels of macros come near what the interpreter allows.
    """

    source: int | None = None
    seconds: float | None = None
    steps: int | None = None
    output: int | None = None
    line: int | None = None
    nesting: int = 60


MODEL_OUTPUT = Limits(source=64 * 1024, seconds=1.0, steps=500_000, output=4 * 1024 * 1024, line=64 * 1024)
"""For text that nobody has read: 64 KB of source and a second of processor time."""

_PER_TEXT = 64 * 1024


def limits_for(size: int) -> Limits:
    """Return limits for a text of `size` bytes whose caller set none: MODEL_OUTPUT's for every 64 KB begun."""
    times = max(1, -(-size // _PER_TEXT))
    return Limits(seconds=1.0 * times, steps=500_000 * times, output=4 * 1024 * 1024 * times, line=64 * 1024 * times)


UNBOUNDED = Limits()
"""For files that a person trusts."""

NESTING = 100
"""Levels of parentheses in an expression. asar gives up at 250 levels of all kinds."""

LONGEST_EXPRESSION = 8192
"""Characters of one expression."""


class Budget:
    """What is left of the limits; every method raises Halt when nothing is."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._steps = limits.steps if limits.steps is not None else -1
        self._output = limits.output if limits.output is not None else -1
        self._source = limits.source if limits.source is not None else -1
        self._line = limits.line if limits.line is not None else -1
        self._until = None if limits.seconds is None else time.thread_time() + limits.seconds
        self._look = _CLOCK_EVERY

    def spend(self, steps: int = 1) -> None:
        """Take `steps` steps, and look at the clock from time to time."""
        if self._steps >= 0:
            self._steps -= steps
            if self._steps < 0:
                self._steps = 0
                raise _halt("steps", f"The text takes more than {self._limits.steps:,} steps to assemble.")
        self._look -= steps
        if self._look <= 0:
            self._look = _CLOCK_EVERY
            self._check_clock()

    def write(self, count: int) -> None:
        """Take `count` bytes of output before they are made."""
        if self._output >= 0:
            self._output -= count
            if self._output < 0:
                self._output = 0
                raise _halt("output", f"The text makes more than {self._limits.output:,} bytes.")

    def read(self, count: int) -> None:
        """Take `count` bytes of source."""
        if self._source >= 0:
            self._source -= count
            if self._source < 0:
                self._source = 0
                raise _halt("source", f"The text is longer than {self._limits.source:,} bytes.")

    def check_nesting(self, depth: int, what: str) -> None:
        """Refuse one level too many; `what` is plural and begins a sentence."""
        if depth >= self._limits.nesting:
            raise _halt("nesting", f"{what} stand in each other more than {self._limits.nesting} levels deep.")

    def check_line(self, length: int) -> None:
        """Refuse a line that has grown too long."""
        if 0 <= self._line < length:
            raise _halt("line", f"A line grows beyond {self._limits.line:,} characters when its defines are expanded.")

    def _check_clock(self) -> None:
        if self._until is not None and time.thread_time() > self._until:
            raise _halt("time", f"Assembling takes longer than {self._limits.seconds:g} s.")


def _halt(what: str, message: str) -> Halt:
    return Halt(f"limit_{what}", message, "Look for a loop or a recursion that does not end.")
