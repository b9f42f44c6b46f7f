"""Which opcodes a mnemonic has for a way to write its operand, by the operand's bytes. From the table of opcodes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from datasets_app.domains.asm65816.assembler.operands import Kind
from datasets_app.domains.asm65816.opcodes import Mode, Opcode, all_opcodes

_FORMS: dict[Mode, tuple[tuple[Kind, int], ...]] = {
    Mode.IMPLIED: ((Kind.NONE, 0),),
    Mode.ACCUMULATOR: ((Kind.NONE, 0), (Kind.ACCUMULATOR, 0)),
    Mode.IMMEDIATE_M: ((Kind.IMMEDIATE, 1), (Kind.IMMEDIATE, 2)),
    Mode.IMMEDIATE_X: ((Kind.IMMEDIATE, 1), (Kind.IMMEDIATE, 2)),
    Mode.IMMEDIATE_8: ((Kind.IMMEDIATE, 1),),
    Mode.IMMEDIATE_16: ((Kind.PLAIN, 2),),
    Mode.SIGNATURE: ((Kind.NONE, 1), (Kind.IMMEDIATE, 1)),
    Mode.DIRECT: ((Kind.PLAIN, 1),),
    Mode.DIRECT_X: ((Kind.X, 1),),
    Mode.DIRECT_Y: ((Kind.Y, 1),),
    Mode.DIRECT_INDIRECT: ((Kind.INDIRECT, 1),),
    Mode.DIRECT_X_INDIRECT: ((Kind.X_INDIRECT, 1),),
    Mode.DIRECT_INDIRECT_Y: ((Kind.INDIRECT_Y, 1),),
    Mode.DIRECT_LONG_INDIRECT: ((Kind.LONG_INDIRECT, 1),),
    Mode.DIRECT_LONG_INDIRECT_Y: ((Kind.LONG_INDIRECT_Y, 1),),
    Mode.ABSOLUTE: ((Kind.PLAIN, 2),),
    Mode.ABSOLUTE_X: ((Kind.X, 2),),
    Mode.ABSOLUTE_Y: ((Kind.Y, 2),),
    Mode.ABSOLUTE_INDIRECT: ((Kind.INDIRECT, 2),),
    Mode.ABSOLUTE_X_INDIRECT: ((Kind.X_INDIRECT, 2),),
    Mode.ABSOLUTE_LONG_INDIRECT: ((Kind.LONG_INDIRECT, 2),),
    Mode.LONG: ((Kind.PLAIN, 3),),
    Mode.LONG_X: ((Kind.X, 3),),
    Mode.STACK: ((Kind.STACK, 1),),
    Mode.STACK_INDIRECT_Y: ((Kind.STACK_Y, 1),),
    Mode.RELATIVE_8: ((Kind.PLAIN, 1),),
    Mode.RELATIVE_16: ((Kind.PLAIN, 2),),
    Mode.BLOCK: ((Kind.PLAIN, 2),),
}
BRANCHES = {Mode.RELATIVE_8: 1, Mode.RELATIVE_16: 2}
"""Bytes of a branch's operand."""

REPEATABLE = frozenset(["ASL", "LSR", "ROL", "ROR", "INC", "DEC", "INX", "DEX", "INY", "DEY", "NOP"])
"""`ASL #3` is three of them."""


@dataclass(frozen=True, slots=True)
class Mnemonic:
    """Its opcodes by how the operand is written and by the operand's bytes."""

    name: str
    forms: dict[Kind, dict[int, Opcode]]
    relative: Opcode | None = None
    block: Opcode | None = None


@cache
def mnemonic_table() -> dict[str, Mnemonic]:
    """Return the 92 mnemonics by name in small letters."""
    forms: dict[str, dict[Kind, dict[int, Opcode]]] = {}
    for opcode in all_opcodes():
        for kind, size in _FORMS[opcode.mode]:
            forms.setdefault(opcode.mnemonic, {}).setdefault(kind, {})[size] = opcode
    # asar writes the long indirect jump either way.
    forms["JMP"][Kind.LONG_INDIRECT] = forms["JML"][Kind.LONG_INDIRECT]
    return {name.lower(): _mnemonic(name, its) for name, its in forms.items()}


def is_mnemonic(word: str) -> bool:
    """Whether a word in small letters is a mnemonic, with or without a suffix such as .b."""
    return word[:3] in mnemonic_table() and (len(word) == 3 or (len(word) == 5 and word[3] == "."))


def _mnemonic(name: str, forms: dict[Kind, dict[int, Opcode]]) -> Mnemonic:
    plain = tuple(forms.get(Kind.PLAIN, {}).values())
    relative = next((opcode for opcode in plain if opcode.mode in BRANCHES), None)
    block = next((opcode for opcode in plain if opcode.mode is Mode.BLOCK), None)
    return Mnemonic(name, forms, relative, block)
