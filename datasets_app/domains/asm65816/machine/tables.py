"""A function for each opcode at each width of the registers, written from the templates and compiled once.

A function takes the machine, does what the instruction does, and returns the CPU cycles it took. It moves the program
counter last, so that whoever watches memory sees where the instruction stands.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import Any

from datasets_app.domains.asm65816.machine.bodies import Widths, body_lines
from datasets_app.domains.asm65816.machine.decimal import add_decimal, subtract_decimal
from datasets_app.domains.asm65816.opcodes import Opcode, all_opcodes

Run = Callable[[Any], int]
Table = tuple[Run, ...]

WIDTHS = (*(Widths(m, x) for m in (False, True) for x in (False, True)), Widths(True, True, emulation=True))
"""The states that have a table: at its index the two bits that m and x are in P, then emulation mode."""

_LOADS = {
    "pc": "pc = cpu.pc",
    "bank": "bank = cpu.program_bank",
    "read": "read = cpu.read",
    "write": "write = cpu.write",
}
_LOADED_NAME = re.compile(rf"(?<!\.)\b({'|'.join(_LOADS)})\b")


@cache
def dispatch_tables() -> tuple[Table, ...]:
    """Return a table of 256 functions for each of WIDTHS; those that come out alike are one function."""
    names: dict[str, str] = {}
    rows = [[_name(opcode, widths, names) for opcode in all_opcodes()] for widths in WIDTHS]
    text = "\n".join(f"def {name}{source}" for source, name in names.items())
    scope: dict[str, Any] = {"add_decimal": add_decimal, "subtract_decimal": subtract_decimal}
    exec(compile(text, "<65816>", "exec"), scope)
    return tuple(tuple(scope[name] for name in row) for row in rows)


def function_source(opcode: Opcode, widths: Widths) -> str:
    """Return the text of an opcode's function, without "def" and its name."""
    lines = body_lines(opcode, widths)
    used = set(_LOADED_NAME.findall("\n".join(lines)))
    return "(cpu):\n" + "".join(
        f"    {line}\n" for line in [*(_LOADS[name] for name in _LOADS if name in used), *lines]
    )


def _name(opcode: Opcode, widths: Widths, names: dict[str, str]) -> str:
    return names.setdefault(function_source(opcode, widths), f"op_{opcode.code:02X}_{len(names)}")
