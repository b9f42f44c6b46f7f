"""The states that code is run from, each with what it must come to there."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import Any, Protocol

from datasets_app.domains.asm65816.execution.cases import Case, Miss, misses, read_cases
from datasets_app.domains.asm65816.execution.comparing import differences
from datasets_app.domains.asm65816.execution.program import Program
from datasets_app.domains.asm65816.execution.running import Outcome, Runner
from datasets_app.domains.asm65816.execution.state import (
    DATA_BANKS,
    EDGES,
    REGISTER_BANKS,
    State,
    Widths,
    states,
)

_FLAGS = (0x00, 0x01, 0x02, 0x40, 0x80, 0xC3)
"""None of N, V, Z and C, each alone, and all."""
_NARROW_X = 0x10
MOST_ENDLESS = 32


class Vector(Protocol):
    """One state with what is required from there."""

    @property
    def state(self) -> State: ...

    def run(self, runner: Runner) -> tuple[Outcome, list[Miss]]:
        """Run from the state and return how that ended, and what was missed."""
        ...


@dataclass(frozen=True)
class Meets:
    """Post-conditions hold at the end."""

    case: Case

    @property
    def state(self) -> State:
        return self.case.start

    def run(self, runner: Runner) -> tuple[Outcome, list[Miss]]:
        return misses(runner, self.case)


@dataclass(frozen=True)
class Equals:
    """The end is that of a reference routine: memory, hardware, stack, modes, way out and the registers of `live_out`.

    It may take four times as many instructions: what takes longer is taken for a loop without end.
    """

    state: State
    wanted: Outcome
    live_out: tuple[str, ...]

    def run(self, runner: Runner) -> tuple[Outcome, list[Miss]]:
        came = runner.run(self.state, max(4 * self.wanted.steps, 1_000))
        found = differences(self.wanted, came, self.live_out)
        return came, [Miss(one.name, one.first, one.second) for one in found if one.counts]


def equal_to(
    reference: Program, widths: Sequence[Widths], live_out: Collection[str], count: int, seed: int
) -> tuple[Equals, ...]:
    """Vectors from `count` states, at edges and at random, the widths by turns; the reference says what must come.

    Which states these are depends on the reference alone, so that all answers are run from the same. States from which
    it does not end are passed over; where there are many of those, fewer come back.
    """
    banks = REGISTER_BANKS if reference.uses_registers else DATA_BANKS
    runner, endless, found = Runner(reference), 0, list[Equals]()
    for state in states(count + MOST_ENDLESS, widths, reference.hints, seed, banks):
        outcome = runner.run(state)
        if outcome.ended != "limit":
            found.append(Equals(state, outcome, tuple(live_out)))
        else:
            endless += 1
        if len(found) == count or endless == MOST_ENDLESS:
            break
    return tuple(found)


def meeting(cases: Sequence[Mapping[str, Any]], widths: Sequence[Widths], count: int, seed: int) -> tuple[Meets, ...]:
    """Vectors from cases as `read_cases` reads them, `count` at least.

    Each case is run as it is written, and then from more states: what its start does not name of A, X, Y and the flags
    is drawn anew, at edges and at random, the widths by turns; so are the bytes of memory that it does not name.
    Raises ValueError, TypeError or KeyError for what is no case.
    """
    read = read_cases(cases)
    rounds = -(-count // max(len(read), 1))
    return tuple(
        Meets(replace(case, start=_varied(case.start, given["start"], turn, widths, seed)))
        for turn in range(rounds)
        for case, given in zip(read, cases, strict=True)
    )


def _varied(start: State, given: Mapping[str, Any], turn: int, widths: Sequence[Widths], seed: int) -> State:
    random = Random(f"{seed}:{turn}:{sorted(start.memory.items())}")
    flags = start.p if "p" in given else _entry(start, turn, widths) | (random.choice(_FLAGS) if turn else 0)
    if not turn:
        return replace(start, p=flags)
    mask = 0xFF if flags & _NARROW_X else 0xFFFF
    drawn = {name: value & (0xFFFF if name == "a" else mask) for name, value in _registers(random) if name not in given}
    return replace(start, **drawn, p=flags, seed=1 + random.randrange(1 << 16))


def _entry(start: State, turn: int, widths: Sequence[Widths]) -> int:
    """The widths whose turn it is; index registers that hold more than 8 bits are 16 bits wide."""
    one = widths[turn % len(widths)]
    return Widths(one.m, one.x and max(start.x, start.y) < 0x100).flags


def _registers(random: Random) -> Iterator[tuple[str, int]]:
    for name in ("a", "x", "y"):
        yield name, random.choice(EDGES) if random.random() < 0.5 else random.randrange(0x10000)
