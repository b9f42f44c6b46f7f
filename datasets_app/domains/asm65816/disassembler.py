"""Bytes back to asar source, with the widths of the registers tracked along the way."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache

from datasets_app.domains.asm65816.opcodes import Mode, Opcode, all_opcodes, opcodes_of

_SYNTAX = {
    Mode.IMMEDIATE_M: "#{}",
    Mode.IMMEDIATE_X: "#{}",
    Mode.IMMEDIATE_8: "#{}",
    Mode.SIGNATURE: "#{}",
    Mode.DIRECT_X: "{},X",
    Mode.DIRECT_Y: "{},Y",
    Mode.DIRECT_INDIRECT: "({})",
    Mode.DIRECT_X_INDIRECT: "({},X)",
    Mode.DIRECT_INDIRECT_Y: "({}),Y",
    Mode.DIRECT_LONG_INDIRECT: "[{}]",
    Mode.DIRECT_LONG_INDIRECT_Y: "[{}],Y",
    Mode.ABSOLUTE_X: "{},X",
    Mode.ABSOLUTE_Y: "{},Y",
    Mode.ABSOLUTE_INDIRECT: "({})",
    Mode.ABSOLUTE_X_INDIRECT: "({},X)",
    Mode.ABSOLUTE_LONG_INDIRECT: "[{}]",
    Mode.LONG_X: "{},X",
    Mode.STACK: "{},S",
    Mode.STACK_INDIRECT_Y: "({},S),Y",
}
_RELATIVE = (Mode.RELATIVE_8, Mode.RELATIVE_16)
_SUFFIXES = {1: ".b", 2: ".w", 3: ".l"}
# Modes that asar writes alike: between these the suffix, or the number of digits, decides.
_ALIKE = (
    {Mode.DIRECT, Mode.ABSOLUTE, Mode.LONG},
    {Mode.DIRECT_X, Mode.ABSOLUTE_X, Mode.LONG_X},
    {Mode.DIRECT_Y, Mode.ABSOLUTE_Y},
)
_GOES_ELSEWHERE = {"BRA", "BRL", "JMP", "JML", "RTS", "RTL", "RTI", "STP"}


@dataclass(frozen=True, slots=True)
class Row:
    """One instruction at a linear 24-bit address, or bytes that are none (`opcode` is None: a truncated tail).

    `operand` is the value of the operand bytes (a branch or PER: the target's 24-bit address; MVN and MVP: both bytes
    as written, first one high). `m` and `x` are the flags before the instruction, True 8 bits wide; `sure` is False
    where a PLP or an XCE made them a guess. `label` names the row where a branch of the same code leads to it.
    """

    address: int
    data: bytes
    text: str
    opcode: Opcode | None
    operand: int | None
    m: bool
    x: bool
    sure: bool = True
    label: str = ""


def disassemble(code: bytes, *, origin: int = 0x008000, m: bool = True, x: bool = True, labels: bool = True) -> str:
    """Return asar source that assembles to these bytes again, a line for each instruction.

    `m` and `x` are the flags at the start, True 8 bits wide. With `labels`, branches inside the code use labels; other
    branches are written as asar takes numbers there: the offset, with the target in a comment. The text has no `org`.
    """
    lines = []
    guessed = False
    for row in disassembled_rows(code, origin=origin, m=m, x=x, labels=labels):
        if row.label:
            lines.append(f"{row.label}:")
        if row.data:
            lines.append(f"    {row.text}{_comment(row, newly_guessed=guessed < (not row.sure))}")
        guessed = not row.sure
    return "\n".join(lines) + "\n" if lines else ""


def disassembled_rows(
    code: bytes, *, origin: int = 0x008000, m: bool = True, x: bool = True, labels: bool = True
) -> tuple[Row, ...]:
    """Return the code as rows in order, see `disassemble`.

    Widths follow REP, SEP, PHP with PLP, and XCE after CLC or SEC; behind an unconditional jump they are those of an
    earlier branch to that place, where there is one. A label at the very end gives a last row without bytes.
    """
    rows = list(_decode(code, origin, _Widths(m, x)))
    if not labels:
        return tuple(rows)
    starts = {row.address for row in rows} | {origin + len(code)}
    names: dict[int | None, str] = {
        row.operand: f"L{row.operand:06X}"
        for row in rows
        if row.operand is not None
        and row.operand in starts
        and _is_relative(row)
        and row.operand == _linear_target(row)
    }
    end = origin + len(code)
    named = [_with_label(row, names) for row in rows]
    if end in names:
        named.append(Row(end, b"", "", None, None, m, x, label=names[end]))
    return tuple(named)


@dataclass(slots=True)
class _Widths:
    """The flags while decoding: what a straight run through the code makes of them."""

    m: bool
    x: bool
    sure: bool = True
    emulation: bool = False
    carry: bool | None = None
    pushed: list[tuple[bool, bool, bool]] = field(default_factory=list)
    at_target: dict[int, tuple[bool, bool, bool]] = field(default_factory=dict)

    def follow(self, mnemonic: str, operand: int | None) -> None:
        """Take over what the instruction does to M and X."""
        if mnemonic in ("REP", "SEP"):
            self._set_flags(operand or 0, mnemonic == "SEP")
        elif mnemonic == "PHP":
            self.pushed.append((self.m, self.x, self.sure))
        elif mnemonic == "PLP":
            self.m, self.x, self.sure = self.pushed.pop() if self.pushed else (self.m, self.x, False)
        elif mnemonic == "XCE":
            self._exchange()
        self.carry = {"CLC": False, "SEC": True}.get(mnemonic)

    def _set_flags(self, bits: int, value: bool) -> None:
        if self.emulation:
            return
        if bits & 0x20:
            self.m = value
        if bits & 0x10:
            self.x = value
        self.sure = self.sure or bits & 0x30 == 0x30

    def _exchange(self) -> None:
        if self.carry is None:
            self.sure = False
        elif self.carry or self.emulation:
            self.m = self.x = True
        self.emulation = self.carry is True


def _decode(code: bytes, origin: int, widths: _Widths) -> Iterator[Row]:
    table = all_opcodes()
    position = 0
    cut_off = False
    while position < len(code):
        address = origin + position
        if cut_off and address in widths.at_target:
            widths.m, widths.x, widths.sure = widths.at_target[address]
        opcode = table[code[position]]
        data = code[position : position + opcode.size(m=widths.m, x=widths.x)]
        if len(data) < opcode.size(m=widths.m, x=widths.x):
            yield _tail(address, data, widths)
            return
        row = _row(address, data, opcode, widths)
        yield row
        if row.operand is not None and opcode.mode in _RELATIVE and opcode.mnemonic != "PER":
            widths.at_target.setdefault(row.operand, (widths.m, widths.x, widths.sure))
        widths.follow(opcode.mnemonic, row.operand)
        cut_off = opcode.mnemonic in _GOES_ELSEWHERE
        position += len(data)


def _tail(address: int, data: bytes, widths: _Widths) -> Row:
    text = "db " + ",".join(f"${byte:02X}" for byte in data)
    return Row(address, data, text, None, None, widths.m, widths.x, widths.sure)


def _row(address: int, data: bytes, opcode: Opcode, widths: _Widths) -> Row:
    value = int.from_bytes(data[1:], "little")
    operand: int | None = value
    if opcode.mode in _RELATIVE:
        offset = int.from_bytes(data[1:], "little", signed=True)
        operand = (address & 0xFF0000) | (address + len(data) + offset) & 0xFFFF
    elif opcode.mode == Mode.BLOCK:
        operand = data[1] << 8 | data[2]
    text = _text(opcode, data, value)
    return Row(address, data, text, opcode, operand if len(data) > 1 else None, widths.m, widths.x, widths.sure)


def _text(opcode: Opcode, data: bytes, value: int) -> str:
    if opcode.mode == Mode.ACCUMULATOR:
        return f"{opcode.mnemonic} A"
    if len(data) == 1:
        return opcode.mnemonic
    if opcode.mode == Mode.BLOCK:
        return f"{opcode.mnemonic} ${data[1]:02X},${data[2]:02X}"
    size = len(data) - 1
    number = f"${value:0{2 * size}X}"
    suffix = _SUFFIXES[size] if _needs_suffix(opcode.mnemonic, opcode.mode) else ""
    return f"{opcode.mnemonic}{suffix} {_SYNTAX.get(opcode.mode, '{}').format(number)}"


@cache
def _needs_suffix(mnemonic: str, mode: Mode) -> bool:
    if mode in (Mode.IMMEDIATE_M, Mode.IMMEDIATE_X):
        return True
    return any(mode in alike and len(alike & opcodes_of(mnemonic).keys()) > 1 for alike in _ALIKE)


def _is_relative(row: Row) -> bool:
    return row.opcode is not None and row.opcode.mode in _RELATIVE


def _linear_target(row: Row) -> int:
    """The target without the wrap at the bank's end: a label there would be out of an assembler's reach."""
    return row.address + len(row.data) + int.from_bytes(row.data[1:], "little", signed=True)


def _with_label(row: Row, names: dict[int | None, str]) -> Row:
    text = row.text
    if row.opcode and _is_relative(row) and row.operand in names and row.operand == _linear_target(row):
        text = f"{row.opcode.mnemonic} {names[row.operand]}"
    label = names.get(row.address, "")
    return Row(row.address, row.data, text, row.opcode, row.operand, row.m, row.x, row.sure, label)


def _comment(row: Row, *, newly_guessed: bool) -> str:
    remarks = []
    if _is_relative(row) and "$" in row.text:
        remarks.append(f"to ${row.operand:06X}")
    if newly_guessed:
        remarks.append("the widths of A, X and Y are a guess from here")
    return f"  ; {', '.join(remarks)}" if remarks else ""
