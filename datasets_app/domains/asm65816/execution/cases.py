"""What a routine must do, case by case: from these registers and bytes it must come to those."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from datasets_app.domains.asm65816.execution.comparing import FLAGS, REGISTERS
from datasets_app.domains.asm65816.execution.running import Outcome, Runner
from datasets_app.domains.asm65816.execution.state import State

NUMBERS = (*REGISTERS, "d", "dbr")
_TITLES = {"al": "A (low byte)"}


@dataclass(frozen=True)
class Case:
    """One case: where a run begins, and what must hold when it has ended.

    `registers` are required values of a, x, y, d, dbr and al (a is all 16 bits, al the low 8), `flags` of n, v, z and
    c, `memory` bytes by 24-bit address, `ended` how it ends, such as RTS, `writes` what is written to hardware
    registers, in order (but to the multiplier and the divider); what is not named may be anything.
    """

    start: State
    registers: Mapping[str, int]
    flags: Mapping[str, bool]
    memory: Mapping[int, int]
    ended: str = ""
    writes: tuple[tuple[int, int], ...] | None = None


@dataclass(frozen=True)
class Miss:
    """One thing that a case required and that did not come: its name, what was required, what came."""

    name: str
    wanted: str
    found: str


def read_cases(given: Sequence[Mapping[str, Any]]) -> list[Case]:
    """Read cases from JSON: {"start": {"a": 5, "memory": {"7E0010": 3}}, "end": {"x": 1, "flags": {"c": true}}}.

    An end may also hold {"writes": [["2115", 128]]}, {"memory": {"7E0010": 3}} and {"ended": "RTS"}.
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
        Miss(_TITLES.get(name, name.upper()), f"${value:04X}", f"${_held(outcome, name):04X}")
        for name, value in case.registers.items()
        if _held(outcome, name) != value
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
    found += _missed_writes(case, outcome)
    if case.ended and outcome.ended != case.ended:
        found.append(Miss("way out", case.ended, outcome.ended))
    return outcome, found


def _held(outcome: Outcome, name: str) -> int:
    return outcome.a & 0xFF if name == "al" else int(getattr(outcome, name))


def _missed_writes(case: Case, outcome: Outcome) -> Iterator[Miss]:
    """The first write to a register that is not as it must be."""
    if case.writes is None:
        return
    made = [(address, value) for kind, address, value in outcome.hardware if kind == "W"]
    for number, (wanted, came) in enumerate(zip_longest(case.writes, made), 1):
        if wanted != came:
            yield Miss(f"register write {number}", _write(wanted), _write(came))
            return


def _write(one: tuple[int, int] | None) -> str:
    return f"${one[1]:02X} to ${one[0]:04X}" if one else "none"


def _case(start: Mapping[str, Any], end: Mapping[str, Any]) -> Case:
    registers = {name: int(start[name]) for name in (*NUMBERS, "p", "seed") if name in start}
    return Case(
        State(**registers, memory=_bytes(start.get("memory", {}))),
        {name: int(end[name]) for name in (*NUMBERS, "al") if name in end},
        {name: bool(value) for name, value in end.get("flags", {}).items() if name in FLAGS},
        _bytes(end.get("memory", {})),
        str(end.get("ended", "")),
        tuple((int(at, 16), int(value)) for at, value in end["writes"]) if "writes" in end else None,
    )


def _bytes(given: Mapping[str, int]) -> dict[int, int]:
    return {int(address, 16): int(value) for address, value in given.items()}


def _hexed(memory: Mapping[int, int]) -> dict[str, int]:
    return {f"{address:06X}": value for address, value in memory.items()}
