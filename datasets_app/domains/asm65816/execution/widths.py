"""How wide the registers are where a routine is entered, as its own operands tell."""

from __future__ import annotations

from datasets_app.domains.asm65816.assembler.result import Assembly
from datasets_app.domains.asm65816.execution.state import Widths
from datasets_app.domains.asm65816.lint import lint

_ALL = tuple(Widths(m, x) for m in (True, False) for x in (True, False))


def entry_widths(assembly: Assembly) -> tuple[Widths, ...]:
    """Return the widths at entry that no operand of the code contradicts; all four where each is contradicted."""
    fitting = tuple(w for w in _ALL if not any(one.severity == "error" for one in lint(assembly, m=w.m, x=w.x)))
    return fitting or _ALL


def common_widths(first: Assembly, second: Assembly) -> tuple[Widths, ...]:
    """Return the widths at entry that both allow; those of the first where they have none in common."""
    allowed = entry_widths(first)
    other = entry_widths(second)
    return tuple(widths for widths in allowed if widths in other) or allowed
