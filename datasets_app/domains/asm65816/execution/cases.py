"""What a routine must do, case by case: from these registers and bytes it must come to those."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from datasets_app.domains.asm65816.execution.comparing import FLAGS, REGISTERS
from datasets_app.domains.asm65816.execution.running import Outcome, Runner
from datasets_app.domains.asm65816.execution.state import State

NUMBERS = (*REGISTERS, "d", "dbr")


@dataclass(frozen=True)
class Case:
    """One case: where a run begins, and what must hold when it has ended.

    `registers` are required values of a, x, y, d and dbr (a as 16 bits), `flags` of n, v, z and c, `memory` bytes by
    24-bit address, `ended` how it ends, such as RTS; what is not named may be anything.
    """

    start: State
    registers: Mapping[str, int]
    flags: Mapping[str, bool]
    memory: Mapping[int, int]
    ended: str = ""


@dataclass(frozen=True)
class Miss:
    """One thing that a case required and that did not come: its name, what was required, what came."""

    name: str
    wanted: str
    found: str


def read_cases(given: Sequence[Mapping[str, Any]]) -> list[Case]:
    """Read cases from JSON: {"start": {"a": 5, "memory": {"7E0010": 3}}, "end": {"x": 1, "flags": {"c": true}}}.

    Raises ValueError, TypeError or KeyError for what is none.
    """
    return [_case(one["start"], one["end"]) for one in given]


def write_case(start: State, end: Mapping[str, Any]) -> dict[str, Any]:
    """The JSON of a case that begins in `start`; `end` is as `read_cases` reads it."""
    registers = {name: getattr(start, name) for name in (*NUMBERS, "p", "seed")}
    return {"start": {**registers, "memory": _hexed(start.memory)}, "end": dict(end)}


def misses(runner: Runner, case: Case) -> tuple[Outcome, list[Miss]]:
    """Run a case and return how it ended and what it missed."""
    outcome = runner.run(case.start)
    found = [
        Miss(name.upper(), f"${value:04X}", f"${getattr(outcome, name):04X}")
        for name, value in case.registers.items()
        if getattr(outcome, name) != value
    ]
    found += [
        Miss(f"flag {name.upper()}", str(int(value)), str(int(not value)))
        for name, value in case.flags.items()
        if bool(outcome.p & FLAGS[name]) != value
    ]
    for address, value in case.memory.items():
        held = runner.memory.read(address)
        if held != value:
            found.append(Miss(f"${address:06X}", f"${value:02X}", f"${held:02X}"))
    if case.ended and outcome.ended != case.ended:
        found.append(Miss("way out", case.ended, outcome.ended))
    return outcome, found


def _case(start: Mapping[str, Any], end: Mapping[str, Any]) -> Case:
    registers = {name: int(start[name]) for name in (*NUMBERS, "p", "seed") if name in start}
    return Case(
        State(**registers, memory=_bytes(start.get("memory", {}))),
        {name: int(end[name]) for name in NUMBERS if name in end},
        {name: bool(value) for name, value in end.get("flags", {}).items() if name in FLAGS},
        _bytes(end.get("memory", {})),
        str(end.get("ended", "")),
    )


def _bytes(given: Mapping[str, int]) -> dict[int, int]:
    return {int(address, 16): int(value) for address, value in given.items()}


def _hexed(memory: Mapping[int, int]) -> dict[str, int]:
    return {f"{address:06X}": value for address, value in memory.items()}
