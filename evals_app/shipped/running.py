"""Short code run by the domain's machine: what a case's answer is computed from."""

from __future__ import annotations

from functools import lru_cache

from datasets_app.domains.asm65816.assembler import Assembly, assemble
from datasets_app.domains.asm65816.execution.program import load
from datasets_app.domains.asm65816.execution.running import Outcome, Runner
from datasets_app.domains.asm65816.execution.state import State, Widths
from datasets_app.domains.asm65816.execution.tracing import Step, trace

STEPS = 2_000
RAM = 0x7E  # a data bank in which no address is a register's


@lru_cache(maxsize=256)
def assembled(code: str) -> Assembly:
    """Assemble code that must be without fault; ValueError says where it is not."""
    assembly = assemble(code)
    if not assembly.ok:
        raise ValueError(f"{assembly.diagnostics[0].message} in:\n{code}")
    return assembly


@lru_cache(maxsize=64)
def _runner(code: str) -> Runner:
    return Runner(load(assembled(code)))


def run(code: str, state: State) -> Outcome:
    """Run it to its end: behind its last instruction, or its return. ValueError where it does not come to one."""
    outcome = _runner(code).run(state, STEPS)
    if outcome.ended not in ("end", "RTS"):
        raise ValueError(f"It ends by {outcome.ended}:\n{code}")
    return outcome


def steps_of(code: str, state: State) -> list[Step]:
    """Each instruction of the run with what it read and wrote."""
    steps = trace(_runner(code), state, STEPS)
    if steps is None:
        raise ValueError(f"It does not end:\n{code}")
    return steps


def size_of(code: str) -> int:
    """Bytes of all its instructions."""
    return sum(len(placed.data) for placed in assembled(code).instructions)


def native(
    *,
    wide: bool = False,
    wide_index: bool | None = None,
    dbr: int = RAM,
    a: int = 0,
    x: int = 0,
    y: int = 0,
    d: int = 0,
) -> State:
    """Native mode, decimal off and every flag but the widths clear; registers are 0 unless given."""
    widths = Widths(m=not wide, x=not (wide if wide_index is None else wide_index))
    return State(a=a, x=x, y=y, d=d, dbr=dbr, p=widths.flags)
