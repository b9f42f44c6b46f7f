"""Is an immediate operand as wide as the register it is for?"""

from __future__ import annotations

from typing import Literal

from datasets_app.domains.asm65816.lint import widths
from datasets_app.domains.asm65816.lint.remarks import Remarks, bits, written
from datasets_app.domains.asm65816.lint.transfer import State
from datasets_app.domains.asm65816.opcodes import Mode

_NO_REP = ", and in emulation mode REP cannot change it"


def check_immediate(remarks: Remarks, at: int, states: list[tuple[int, State]]) -> None:
    """Find `width_mismatch` and `width_unknown` at an immediate operand, given the states it is reached in."""
    placed = remarks.flow.graph.instructions[at]
    encoded = len(placed.data) - 2
    register: Literal[0, 1] = 0 if placed.opcode.mode == Mode.IMMEDIATE_M else 1
    fitting = {visit for visit, state in states if state[register] & 7 == encoded}
    for visit, state in states:
        value = state[register]
        kind = value & 7
        if kind == widths.CONFLICT:
            _conflict(remarks, at, value, register)
        elif kind >= widths.HALF_EIGHT and kind & 1 != encoded:
            _one_path(remarks, at, value, register)
        elif kind >= widths.UNKNOWN:
            if not remarks.flow.visits[visit].call:
                _nothing_said(remarks, at, visit, value, register)
        elif kind & 1 != encoded:
            why = f"{remarks.cause(value)}{_NO_REP if state[2] == 1 else ''}{_called_from(remarks, visit)}"
            _mismatch(remarks, at, value, register, why, certain=kind < 2 and visit not in fitting)


def _mismatch(remarks: Remarks, at: int, value: int, register: int, why: str, *, certain: bool) -> None:
    placed = remarks.flow.graph.instructions[at]
    encoded = len(placed.data) - 2
    name, verb = ("A", "is") if register == 0 else ("X and Y", "are")
    flag = "#$20" if register == 0 else "#$10"
    doubt = "" if certain else "probably "
    message = (
        f"{written(placed)} has an operand of {bits(encoded)}, but {name} {verb} {doubt}{bits(value & 7)} wide here: "
        f"{why}."
    )
    hint = f"Write {_other_operand(placed.operand or 0, encoded)}, or {'REP' if encoded else 'SEP'} {flag} before it."
    remarks.add("error" if certain else "warning", at, "width_mismatch", message, hint)


def _conflict(remarks: Remarks, at: int, value: int, register: int) -> None:
    placed = remarks.flow.graph.instructions[at]
    encoded = len(placed.data) - 2
    name, flag = ("A", "#$20") if register == 0 else ("X and Y", "#$10")
    remarks.add(
        "warning",
        at,
        "width_unknown",
        f"{written(placed)} needs {name} to be {bits(encoded)} wide, but one path sets 8 bits and another 16; "
        f"they meet in line {remarks.line(widths.origin_of(value))}.",
        f"Put {'REP' if encoded else 'SEP'} {flag} behind the place where the paths meet.",
    )


def _one_path(remarks: Remarks, at: int, value: int, register: int) -> None:
    placed = remarks.flow.graph.instructions[at]
    encoded = len(placed.data) - 2
    name, flag = ("A", "#$20") if register == 0 else ("X and Y", "#$10")
    remarks.add(
        "warning",
        at,
        "width_unknown",
        f"{written(placed)} needs {name} to be {bits(encoded)} wide, but on one path {remarks.cause(value)} "
        f"sets {bits(value & 7)}.",
        f"Put {'REP' if encoded else 'SEP'} {flag} behind the place where the paths meet.",
    )


def _nothing_said(remarks: Remarks, at: int, visit: int, value: int, register: int) -> None:
    """A note, once for an entry: the operand is taken at its word."""
    placed = remarks.flow.graph.instructions[at]
    name, verb = ("A", "is") if register == 0 else ("X and Y", "are")
    where = "Nothing" if value & 7 == widths.UNKNOWN else "On one path nothing"
    remarks.note_once(
        visit,
        at,
        "width_unknown",
        f"{where} before {written(placed)} says how wide {name} {verb}; the operand takes "
        f"{bits(len(placed.data) - 2)}.",
        name,
    )


def _other_operand(operand: int, encoded: int) -> str:
    if not encoded:
        return f"#${operand & 0xFF:04X}"
    return f"#${operand & 0xFF:02X}" if operand & 0xFFFF < 0x100 else "an operand below $100"


def _called_from(remarks: Remarks, visit: int) -> str:
    callers = remarks.flow.visits[visit].callers
    return f" (called in line {remarks.line(next(iter(callers))[1])})" if callers else ""
