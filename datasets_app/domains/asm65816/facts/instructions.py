"""What each instruction is for, which flags it can change, how long its encodings are and how long they take."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

from datasets_app.domains.asm65816.facts.instruction_table import ROWS
from datasets_app.domains.asm65816.opcodes import SOURCES as OPCODE_SOURCES
from datasets_app.domains.asm65816.opcodes import Mode, Opcode, all_opcodes, opcodes_of

FLAG_NAMES: Mapping[str, str] = {
    "N": "negative",
    "V": "overflow",
    "M": "accumulator width",
    "X": "index width",
    "D": "decimal",
    "I": "interrupt disable",
    "Z": "zero",
    "C": "carry",
    "E": "emulation",
}
SOURCES: Mapping[str, str] = {
    **OPCODE_SOURCES,
    "flags": "WDC W65C816S data sheet, instruction set and status register; held against the machine",
    "aliases": "manuals of ca65, 64tass and WDC's assembler; asar's opcode table has none of them",
    "purpose": "own words for WDC's description",
}
"""Where each kind of fact about an instruction comes from."""


@dataclass(frozen=True, slots=True)
class Instruction:
    """One mnemonic: `flags` it can change, in the order NVMXDIZCE; `aliases` other assemblers take and asar rejects."""

    mnemonic: str
    flags: str
    aliases: tuple[str, ...]
    purpose: str
    encodings: tuple[Opcode, ...] = field(repr=False)

    def flags_in(self, mode: Mode) -> str:
        """The flags that this instruction can change in one addressing mode."""
        return "Z" if self.mnemonic == "BIT" and mode == Mode.IMMEDIATE_M else self.flags


@cache
def all_instructions() -> dict[str, Instruction]:
    """Return the 92 instructions by mnemonic."""
    rows = (row.split("|") for row in ROWS.strip().splitlines())
    return {
        name: Instruction(name, flags, tuple(aliases.split()), purpose, tuple(opcodes_of(name).values()))
        for name, flags, aliases, purpose in rows
    }


def instruction_named(name: str) -> Instruction | None:
    """Return the instruction of that mnemonic or alias in any case, or None."""
    return _by_name().get(name.upper())


def opcode_at(code: int) -> Opcode:
    """Return the mnemonic and mode of an opcode byte (0 to 255); IndexError outside."""
    if code < 0:
        raise IndexError(code)
    return all_opcodes()[code]


def opcode_of(mnemonic: str, mode: Mode) -> Opcode | None:
    """Return the encoding of a mnemonic in a mode, or None where there is none."""
    return opcodes_of(mnemonic).get(mode)


@cache
def _by_name() -> dict[str, Instruction]:
    return {name: one for one in all_instructions().values() for name in (one.mnemonic, *one.aliases)}
