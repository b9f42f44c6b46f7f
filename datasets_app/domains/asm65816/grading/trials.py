"""Running code through all vectors: the first that it fails, or what the runs took."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from datasets_app.domains.asm65816.assembler.result import Assembly
from datasets_app.domains.asm65816.execution.cases import Miss
from datasets_app.domains.asm65816.execution.program import Program
from datasets_app.domains.asm65816.execution.running import Outcome, Runner
from datasets_app.domains.asm65816.execution.state import State
from datasets_app.domains.asm65816.execution.tracing import Step, trace
from datasets_app.domains.asm65816.grading.candidate import is_rom
from datasets_app.domains.asm65816.grading.vectors import Vector
from datasets_app.domains.asm65816.machine.memory import canonical, is_register

STEPS = 2_000_000
"""Instructions of all runs together: some seconds. The pool's routines take a tenth of that from 256 states."""

_TRACED = 5_000
_MEASURED = 32
_STACK = 0x200


@dataclass(frozen=True)
class Failure:
    """The vector (from 0) that was failed, with what was missed there; without any the runs took too long together."""

    number: int
    state: State
    missed: tuple[Miss, ...]


@dataclass(frozen=True)
class Passed:
    """All vectors were: the CPU cycles of a run on average."""

    cycles: float


def try_all(program: Program, vectors: Sequence[Vector]) -> Failure | Passed:
    """Run from every vector's state, up to the first that is failed."""
    runner, steps, cycles = Runner(program), 0, 0
    for number, vector in enumerate(vectors):
        outcome, missed = vector.run(runner)
        steps, cycles = steps + outcome.steps, cycles + outcome.cycles
        if missed := [*missed, *_writes_to_rom(outcome)]:
            return Failure(number, vector.state, tuple(missed))
        if steps > STEPS:
            return Failure(number, vector.state, ())
    return Passed(cycles / len(vectors))


def footprint(program: Program, states: Iterable[State]) -> tuple[int, int]:
    """The most bytes of RAM, the stack aside, that a run from one of these states read or wrote; its deepest stack."""
    runner = Runner(program)
    machine, read, write = runner.machine, runner.machine.read, runner.machine.write
    touched: set[int] = set()

    def reading(address: int) -> int:
        touched.add(address)
        return read(address)

    def writing(address: int, value: int) -> object:
        touched.add(address)
        return write(address, value)

    machine.read, machine.write = reading, writing
    ram = stack = 0
    for state in states:
        runner.run(state)
        homes = {home for home in map(canonical, touched) if not is_rom(home) and not is_register(home)}
        pushed = {home for home in homes if state.s - _STACK < home <= state.s}
        handed = range(state.s + 1, state.s + 5)  # the return address, and for a handler the flags
        ram = max(ram, sum(home not in handed for home in homes - pushed))
        stack = max(stack, state.s + 1 - min(pushed, default=state.s + 1))
        touched.clear()
    return ram, stack


def measured_states(vectors: Sequence[Vector]) -> list[State]:
    """Some of the states, spread over all: looking at every access makes a run several times as slow."""
    # An odd step, for the widths at entry take turns.
    step = len(vectors) // _MEASURED | 1
    return [vector.state for vector in vectors[::step]][:_MEASURED]


def blamed_line(assembly: Assembly, program: Program, failure: Failure) -> int | None:
    """The line of the code that last touched the first thing missed; None where no single one did."""
    steps = trace(Runner(program), failure.state, _TRACED) if failure.missed else None
    if not steps:
        return None
    guilty = _guilty(steps, failure.missed[0].name, failure.state)
    return next((placed.line for placed in assembly.instructions if placed.address == guilty), None)


def _guilty(steps: Sequence[Step], name: str, state: State) -> int | None:
    """The address of the instruction."""
    if name.startswith("$"):
        wanted = canonical(int(name[1:], 16))
        wrote = [one.address for one in steps if any(canonical(at) == wanted for at, _ in one.written)]
        return wrote[-1] if wrote else None
    register = name.split(" ")[0].lower()
    if register in ("a", "x", "y"):
        values = [getattr(state, register), *(getattr(one, register) for one in steps)]
        changed = [one.address for before, one in zip(values, steps, strict=False) if getattr(one, register) != before]
        return changed[-1] if changed else None
    return steps[-1].address if name == "way out" else None


def _writes_to_rom(outcome: Outcome) -> list[Miss]:
    """Code that changes itself, or keeps something between its bytes, works in a test and not on a console."""
    rom = [address for address in outcome.written if is_rom(address)]
    return [Miss(f"${rom[0]:06X}", "ROM, which stays", f"${outcome.written[rom[0]]:02X}")] if rom else []
