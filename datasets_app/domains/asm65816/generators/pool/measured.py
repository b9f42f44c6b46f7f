"""What running a routine shows about it: its size, its time, how it leaves the registers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from datasets_app.domains.asm65816.assembler import assemble
from datasets_app.domains.asm65816.assembler.result import Assembly
from datasets_app.domains.asm65816.execution.cases import Case, Miss, misses, read_cases
from datasets_app.domains.asm65816.execution.program import load
from datasets_app.domains.asm65816.execution.running import Outcome, Runner
from datasets_app.domains.asm65816.lint import timing

_M, _X = 0x20, 0x10
_COUNTING = {"DEX", "DEY", "INX", "INY", "CPX", "CPY"}
_CONDITIONAL = {"BCC", "BCS", "BEQ", "BMI", "BNE", "BPL", "BVC", "BVS"}


@dataclass(frozen=True, slots=True)
class Measured:
    """`size` in bytes. `cycles` are the fewest and the most of any run, the most None where no bound is known. `m` and
    `x` are the flags after it, None where they differ; `kept` names the registers of A, X and Y that came back as they
    were in every case.
    """

    size: int
    cycles: tuple[int, int | None]
    steps: int
    m: bool | None
    x: bool | None
    kept: str


def measure(assembly: Assembly, cases: Sequence[dict[str, Any]]) -> Measured:
    """Run a routine in its cases and return what was seen. ValueError where it misses one of them."""
    read = read_cases(cases)
    runner = Runner(load(assembly))
    runs = [misses(runner, case) for case in read]
    missed = next((found for _, found in runs if found), None)
    if missed:
        raise ValueError(f"{missed[0].name} is {missed[0].found} and must be {missed[0].wanted}.")
    outcomes = [outcome for outcome, _ in runs]
    bounds = timing(assembly)
    time = outcomes[0].cycles
    return Measured(
        size=sum(len(placed.data) for placed in assembly.instructions),
        cycles=(time, time) if has_fixed_course(assembly) else (bounds.fewest, bounds.most),
        steps=max(outcome.steps for outcome in outcomes),
        m=_shared([bool(outcome.p & _M) for outcome in outcomes]),
        x=_shared([bool(outcome.p & _X) for outcome in outcomes]),
        kept=_kept(read, outcomes),
    )


def has_fixed_course(assembly: Assembly) -> bool:
    """Whether every run takes the same way: each branch that has a condition ends a loop over a counter.

    The pool's counters begin and end with constants, and its direct page and tables lie so that no access is late.
    """
    before = (None, *assembly.instructions)
    return all(
        previous is not None and previous.opcode.mnemonic in _COUNTING
        for previous, placed in zip(before, assembly.instructions, strict=False)
        if placed.opcode.mnemonic in _CONDITIONAL
    )


def assembled(text: str) -> Assembly:
    """Assemble a listing that must be without fault."""
    assembly = assemble(text)
    if not assembly.ok:
        raise ValueError(f"{assembly.diagnostics[0].message} in:\n{text}")
    return assembly


def first_miss(text: str, cases: Sequence[dict[str, Any]]) -> tuple[Case, list[Miss], Outcome] | None:
    """Return the first case that a listing does not meet, with what it missed; None when it meets all.

    A listing that does not assemble, or that cannot be run, raises ValueError.
    """
    runner = Runner(load(assembled(text)))
    for case in read_cases(cases):
        outcome, missed = misses(runner, case)
        if missed:
            return case, missed, outcome
    return None


def _shared(values: Sequence[bool]) -> bool | None:
    return values[0] if len(set(values)) == 1 else None


def _kept(cases: Sequence[Case], outcomes: Sequence[Outcome]) -> str:
    pairs = list(zip(cases, outcomes, strict=True))
    return "".join(r for r in "axy" if all(getattr(case.start, r) == getattr(out, r) for case, out in pairs))
