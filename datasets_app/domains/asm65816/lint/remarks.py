"""How findings speak of instructions, widths and the stack."""

from __future__ import annotations

from dataclasses import dataclass, field

from datasets_app.domains.asm65816.assembler.result import Diagnostic, Placed, Severity
from datasets_app.domains.asm65816.lint import stack, widths
from datasets_app.domains.asm65816.lint.flow import Flow
from datasets_app.domains.asm65816.opcodes import Mode

_RANK: dict[Severity, int] = {"error": 0, "warning": 1, "note": 2}


@dataclass(slots=True)
class Remarks:
    """The findings so far: one for each code, instruction and subject, the gravest kept."""

    flow: Flow
    _found: dict[tuple[str, int, str], Diagnostic] = field(default_factory=dict)

    def add(self, severity: Severity, at: int, code: str, message: str, hint: str = "", subject: str = "") -> None:
        """Note something about the instruction at a position."""
        placed = self.flow.graph.instructions[at]
        old = self._found.get((code, at, subject))
        if old is None or _RANK[severity] < _RANK[old.severity]:
            found = Diagnostic(severity, placed.line, placed.column, code, message, hint)
            self._found[code, at, subject] = found

    def note_once(self, visit: int, at: int, code: str, message: str, subject: str) -> None:
        """Note something about a whole visit, at the first instruction where it shows."""
        key = (code, -1 - visit, subject)
        old = self._found.get(key)
        placed = self.flow.graph.instructions[at]
        if old is None or placed.line < old.line:
            self._found[key] = Diagnostic("note", placed.line, placed.column, code, message)

    def sorted(self) -> tuple[Diagnostic, ...]:
        """Return them by line, the same remark about one line (a macro's, a loop's) once."""
        return tuple(sorted(dict.fromkeys(self._found.values()), key=lambda found: (found.line, found.column)))

    def line(self, at: int) -> int:
        """Return the line of the instruction at a position."""
        return self.flow.graph.instructions[at].line

    def said(self, at: int) -> str:
        """Return an instruction with its line, for use in a sentence."""
        placed = self.flow.graph.instructions[at]
        return f"{written(placed)} in line {placed.line}"

    def cause(self, value: int) -> str:
        """Return what made a register as wide as it is."""
        origin = widths.origin_of(value)
        return self.said(origin) if origin >= 0 else "the entry"

    def pushes(self, pushed: stack.Stack) -> str:
        """Return the pushes whose bytes are still on the stack."""
        shape, entries, _ = pushed
        origins = [entry[0] if (shape or "")[2 * n] != "r" else entry[1] for n, entry in enumerate(entries)]
        return ", ".join(dict.fromkeys(self.said(origin) for origin in origins[:4]))


def written(placed: Placed) -> str:
    """Return an instruction about as a person writes it, without suffix and with a plain operand."""
    mnemonic, mode = placed.opcode.mnemonic, placed.opcode.mode
    if placed.operand is None or not (placed.label or mode in _IMMEDIATE):
        return mnemonic
    digits = 2 * (len(placed.data) - 1)
    number = placed.label or f"${placed.operand & (1 << 4 * digits) - 1:0{digits}X}"
    return f"{mnemonic} {'#' if mode in _IMMEDIATE else ''}{number}"


def bits(kind: int) -> str:
    """Return the width of a known or likely kind in words."""
    return "16 bits" if kind & 1 else "8 bits"


_IMMEDIATE = (Mode.IMMEDIATE_M, Mode.IMMEDIATE_X, Mode.IMMEDIATE_8)
