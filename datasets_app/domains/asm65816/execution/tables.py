"""Counter-examples as tables: the state that a run began in, and what came of it."""

from __future__ import annotations

from collections.abc import Sequence

from datasets_app.domains.asm65816.execution.cases import Case, Miss
from datasets_app.domains.asm65816.execution.equivalence import Equivalence
from datasets_app.domains.asm65816.execution.state import State

Table = tuple[tuple[str, ...], ...]
MOST = 12
"""Rows that anybody reads."""


def state_text(state: State) -> str:
    """The registers of a state in one line, each as wide as it is."""
    narrow = 2 if state.p & 0x10 else 4
    registers = (
        f"A=${state.a:04X} X=${state.x:0{narrow}X} Y=${state.y:0{narrow}X} D=${state.d:04X} DBR=${state.dbr:02X}"
    )
    return f"{registers} {flags_text(state.p)}"


def flags_text(p: int) -> str:
    """The flags by their letters, a capital where set: nvMXdizC."""
    return "".join(
        letter.upper() if p & bit else letter
        for letter, bit in zip("nvmxdizc", (128, 64, 32, 16, 8, 4, 2, 1), strict=True)
    )


def difference_table(found: Equivalence) -> Table:
    """What the two routines of a counter-example came to."""
    assert found.state is not None
    rows = tuple((one.name, one.first, one.second) for one in found.differing[:MOST])
    return (("", "the original", "this code"), ("both begin with", state_text(found.state), ""), *rows)


def case_table(case: Case, missed: Sequence[Miss]) -> Table:
    """What a case required and what came."""
    memory = " ".join(f"${address:06X}=${value:02X}" for address, value in list(case.start.memory.items())[:MOST])
    rows = tuple((one.name, one.wanted, one.found) for one in missed[:MOST])
    return (("", "required", "this code"), ("it begins with", f"{state_text(case.start)} {memory}".strip(), ""), *rows)
