"""The instructions of the 65816: their encoding, their length and their time."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from datasets_app.domains.asm65816.opcode_table import ROWS

SOURCES = {
    "encoding": "WDC W65C816S data sheet, table 5-4, opcode matrix",
    "size": "WDC W65C816S data sheet, table 5-4, with the widths of m and x; capstone agrees",
    "cycles": "WDC W65C816S data sheet, table 5-7, instruction operation, and its notes",
}
"""Where each kind of fact in the table comes from."""


class Mode(StrEnum):
    """An addressing mode; the comments show how asar writes it."""

    IMPLIED = "imp"
    ACCUMULATOR = "acc"
    IMMEDIATE_M = "imm_m"  # #$12 or #$1234, as wide as the accumulator
    IMMEDIATE_X = "imm_x"  # #$12 or #$1234, as wide as the index registers
    IMMEDIATE_8 = "imm8"  # #$12, REP and SEP
    IMMEDIATE_16 = "imm16"  # $1234, PEA
    SIGNATURE = "sig"  # $12 or #$12, BRK, COP and WDM
    DIRECT = "dp"  # $12
    DIRECT_X = "dp_x"  # $12,X
    DIRECT_Y = "dp_y"  # $12,Y
    DIRECT_INDIRECT = "dp_ind"  # ($12)
    DIRECT_X_INDIRECT = "dp_x_ind"  # ($12,X)
    DIRECT_INDIRECT_Y = "dp_ind_y"  # ($12),Y
    DIRECT_LONG_INDIRECT = "dp_long_ind"  # [$12]
    DIRECT_LONG_INDIRECT_Y = "dp_long_ind_y"  # [$12],Y
    ABSOLUTE = "abs"  # $1234
    ABSOLUTE_X = "abs_x"  # $1234,X
    ABSOLUTE_Y = "abs_y"  # $1234,Y
    ABSOLUTE_INDIRECT = "abs_ind"  # ($1234)
    ABSOLUTE_X_INDIRECT = "abs_x_ind"  # ($1234,X)
    ABSOLUTE_LONG_INDIRECT = "abs_long_ind"  # [$1234]
    LONG = "long"  # $123456
    LONG_X = "long_x"  # $123456,X
    STACK = "stack"  # $12,S
    STACK_INDIRECT_Y = "stack_ind_y"  # ($12,S),Y
    RELATIVE_8 = "rel8"
    RELATIVE_16 = "rel16"
    BLOCK = "block"  # $7E,$7F: the bytes in the order they are written


_TWO_BYTES = {
    Mode.IMMEDIATE_16,
    Mode.ABSOLUTE,
    Mode.ABSOLUTE_X,
    Mode.ABSOLUTE_Y,
    Mode.ABSOLUTE_INDIRECT,
    Mode.ABSOLUTE_X_INDIRECT,
    Mode.ABSOLUTE_LONG_INDIRECT,
    Mode.RELATIVE_16,
    Mode.BLOCK,
}
_OPERAND = dict.fromkeys(Mode, 1) | dict.fromkeys(_TWO_BYTES, 2)
_OPERAND |= {Mode.IMPLIED: 0, Mode.ACCUMULATOR: 0, Mode.LONG: 3, Mode.LONG_X: 3}


@dataclass(frozen=True, slots=True)
class Opcode:
    """One row of the table. `cycles` and `additions` are as `opcode_table` says."""

    code: int
    mnemonic: str
    mode: Mode
    cycles: int
    additions: str = ""

    def operand_size(self, *, m: bool, x: bool) -> int:
        """Bytes after the opcode, 0 to 3; `m` and `x` are the flags: True means 8 bits wide."""
        wide = (self.mode == Mode.IMMEDIATE_M and not m) or (self.mode == Mode.IMMEDIATE_X and not x)
        return _OPERAND[self.mode] + wide

    def size(self, *, m: bool, x: bool) -> int:
        """Bytes of the whole instruction, 1 to 4."""
        return 1 + self.operand_size(m=m, x=x)

    def cycles_with(
        self,
        *,
        m: bool,
        x: bool,
        emulation: bool = False,
        direct_unaligned: bool = False,
        page_crossed: bool = False,
        taken: bool = False,
    ) -> int:
        """CPU cycles under these conditions (a byte's worth of MVN and MVP).

        `page_crossed` is about the index, or about the branch. A 16-bit index costs its cycle without crossing; BRA is
        always taken.
        """
        taken = taken or self.mnemonic == "BRA"
        happens = {
            "m": not m,
            "M": 2 * (not m),
            "x": not x,
            "d": direct_unaligned,
            "p": page_crossed or not x,
            "b": taken,
            "e": taken and page_crossed and emulation,
            "n": not emulation,
        }
        return self.cycles + sum(happens[addition] for addition in self.additions)

    def cycle_range(
        self, *, m: bool | None = None, x: bool | None = None, taken: bool | None = None
    ) -> tuple[int, int]:
        """Fewest and most CPU cycles in native mode; None stands for either."""
        fewest = self.cycles_with(m=m is not False, x=x is not False, taken=taken is True)
        most = self.cycles_with(
            m=m is True, x=x is True, direct_unaligned=True, page_crossed=True, taken=taken is not False
        )
        return fewest, most


@cache
def all_opcodes() -> tuple[Opcode, ...]:
    """Return the 256 opcodes, each at the index of its code."""
    return tuple(_read(row.split()) for row in ROWS.strip().splitlines())


@cache
def opcodes_of(mnemonic: str) -> dict[Mode, Opcode]:
    """Return the encodings of a mnemonic in any case, by mode; none when there is no such instruction."""
    return {opcode.mode: opcode for opcode in all_opcodes() if opcode.mnemonic == mnemonic.upper()}


@cache
def mnemonics() -> frozenset[str]:
    """Return the 92 mnemonics in capitals."""
    return frozenset(opcode.mnemonic for opcode in all_opcodes())


def _read(fields: list[str]) -> Opcode:
    code, mnemonic, mode, cycles, *additions = fields
    return Opcode(int(code, 16), mnemonic, Mode(mode), int(cycles), "".join(additions))
