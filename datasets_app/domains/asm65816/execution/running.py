"""One run of a routine from one state, until it returns, leaves for elsewhere, or takes too long."""

from __future__ import annotations

from random import Random
from typing import NamedTuple

from datasets_app.domains.asm65816.execution.program import Program
from datasets_app.domains.asm65816.execution.registers import RecordedRegisters, Touch
from datasets_app.domains.asm65816.execution.state import State
from datasets_app.domains.asm65816.machine import Machine, NoisyMemory

STEPS = 20_000
_CALLED = {"JSR": 2, "JSL": 3}


class Outcome(NamedTuple):
    """What a run came to.

    `ended` says how: RTS, RTL, RTI, “end” (ran off the end of the code), “jump NAME”, STP, WAI, “limit”. `written` are
    the bytes of memory that are no longer what they were, `hardware` every access to a register in order, `calls` the
    routines elsewhere that it called, with A, X and Y. `popped` bytes of the caller's were taken from the stack.
    """

    ended: str
    a: int
    x: int
    y: int
    s: int
    d: int
    dbr: int
    p: int
    emulation: bool
    popped: int
    written: dict[int, int]
    hardware: tuple[Touch, ...]
    calls: tuple[tuple[str, int, int, int], ...]
    steps: int
    cycles: int


class Runner:
    """A machine with one routine in it, which can be run from many states."""

    def __init__(self, program: Program, edges: tuple[int, ...] = ()) -> None:
        hints = tuple(sorted({value & 0xFF for value in (*program.hints, *edges)}))
        self.program = program
        self.registers = RecordedRegisters()
        edges_of_all = (*hints, 0x00, 0x01, 0x7F, 0x80, 0xFF)
        self.memory = NoisyMemory(program.cells, edges=edges_of_all, registers=self.registers)
        self.machine = Machine(self.memory)
        self._stops = program.stops

    def run(self, state: State, limit: int = STEPS) -> Outcome:
        """Run from a state, at most `limit` instructions."""
        self.begin(state)
        calls: list[tuple[str, int, int, int]] = []
        machine, left, cycles, ended = self.machine, limit, 0, "limit"
        while left > 0:
            run = machine.run(left, self._stops)
            left, cycles = left - run.steps, cycles + run.cycles
            if run.reason != "until":
                ended = {"limit": "limit", "waiting": "WAI", "stopped": "STP"}[run.reason]
                break
            here = machine.program_bank | machine.pc
            name = self.program.outside.get(here, "")
            if not self.program.calls.get(name):
                ended = self._end(here, name, state)
                break
            calls.append((name, machine.a, machine.x, machine.y))
            self._come_back(name, state.seed + len(calls))
        return self._outcome(ended, state, tuple(calls), limit - left, cycles)

    def begin(self, state: State) -> None:
        """Set memory and registers for a run."""
        home = self.program.home
        # A handler's frame is flags and the address itself; a caller's is the address less one.
        frame = [state.p, *_bytes(home, 3)] if self.program.ends_by_rti else [*_bytes(home - 1, 2), home >> 16]
        given = {state.s + 1 + at: value for at, value in enumerate(frame)}
        self.registers.reset(state.seed)
        self.memory.reset(state.seed, given | state.memory)
        machine = self.machine
        machine.e, machine.p, machine.s, machine.d = False, state.p, state.s, state.d
        machine.a, machine.x, machine.y, machine.dbr = state.a, state.x, state.y, state.dbr
        machine.pbr, machine.pc = self.program.entry >> 16, self.program.entry & 0xFFFF
        machine.stopped = machine.waiting = False

    def _end(self, here: int, name: str, state: State) -> str:
        if self.machine.stopped or self.machine.waiting:
            return "STP" if self.machine.stopped else "WAI"
        if here != self.program.home:
            return f"jump {name}" if name else "end"
        return {2: "RTS", 3: "RTL", 4: "RTI"}.get(self.machine.s - state.s, "return from another depth")

    def _come_back(self, name: str, seed: int) -> None:
        """Return from a routine elsewhere: nothing is known of A, X, Y and the flags then, the same for all callers."""
        machine, random = self.machine, Random(f"{name} {seed}")
        length = _CALLED[self.program.calls[name]]
        raw = [self.memory.read(machine.s + 1 + at) for at in range(length)]
        machine.s += length
        machine.pc = (raw[0] | raw[1] << 8) + 1 & 0xFFFF
        if length == 3:
            machine.pbr = raw[2]
        machine.a, machine.x, machine.y = (random.randrange(0x10000) for _ in range(3))
        machine.p = machine.p & 0x3C | random.randrange(0x100) & 0xC3

    def _outcome(
        self, ended: str, state: State, calls: tuple[tuple[str, int, int, int], ...], steps: int, cycles: int
    ) -> Outcome:
        machine = self.machine
        return Outcome(
            ended,
            machine.a,
            machine.x,
            machine.y,
            machine.s,
            machine.d,
            machine.dbr,
            machine.p,
            bool(machine.e),
            machine.s - state.s,
            _living(self.memory.changed(), machine.s),
            tuple(self.registers.touched),
            calls,
            steps,
            cycles,
        )


def _living(changed: dict[int, int], stack: int) -> dict[int, int]:
    """What can still be read: what lies under the stack pointer is free for the next interrupt."""
    floor = max(stack - 0x1FF, 0)
    return {address: value for address, value in changed.items() if not floor <= address <= stack}


def _bytes(value: int, count: int) -> list[int]:
    return [value >> 8 * at & 0xFF for at in range(count)]
