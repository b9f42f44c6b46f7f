"""A routine made ready to run: its bytes, where it begins, and the addresses where a run of it ends."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from datasets_app.domains.asm65816.assembler.result import Assembly, Placed
from datasets_app.domains.asm65816.machine.memory import is_register
from datasets_app.domains.asm65816.opcodes import Mode

_DATA_BANK = {Mode.ABSOLUTE, Mode.ABSOLUTE_X, Mode.ABSOLUTE_Y}
_RELATIVE = {Mode.RELATIVE_8, Mode.RELATIVE_16}
_IMMEDIATE = {Mode.IMMEDIATE_M, Mode.IMMEDIATE_X}


@dataclass(frozen=True)
class Program:
    """What `load` makes of an assembly.

    `cells` are the bytes by 24-bit address, `entry` the first instruction, `home` the address that the routine returns
    to. `outside` names the addresses that it can reach but does not hold: labels that were stubbed, and places where
    code runs off its end (named ""). `calls` tells of a name outside how it is called, JSR or JSL, where it is only
    called. `uses_registers`: some operand of two bytes is a register's address, so the data bank must show them.
    `hints` are values worth trying: the code's own constants and their neighbours.
    """

    cells: dict[int, int]
    entry: int
    home: int
    outside: dict[int, str] = field(default_factory=dict)
    calls: dict[str, str] = field(default_factory=dict)
    ends_by_rti: bool = False
    uses_registers: bool = False
    hints: tuple[int, ...] = ()

    @property
    def stops(self) -> frozenset[int]:
        """Where a run stops to be looked at."""
        return frozenset((self.home, *self.outside))


def load(assembly: Assembly, entry: str = "") -> Program:
    """Make an assembly ready to run from the label `entry`, from its first instruction where none is named.

    Raises ValueError where there is no instruction, or a branch to a label elsewhere finds no free address in reach;
    LookupError where there is no such label.
    """
    if not assembly.instructions:
        raise ValueError("There is no instruction to run.")
    cells = {at: value for start, data in assembly.blocks for at, value in _placed(start, data)}
    begin = assembly.labels[entry] if entry else assembly.instructions[0].address
    outside = {at: "" for at in (_after(start, data) for start, data in assembly.blocks) if at not in cells}
    elsewhere = [row for row in assembly.instructions if row.label in assembly.stubbed]
    for row in elsewhere:
        outside.setdefault(_land(row, cells, outside), row.label)
    names = {row.opcode.mnemonic for row in assembly.instructions}
    return Program(
        cells,
        begin,
        _free_address(begin, cells, outside),
        outside,
        _calls(elsewhere),
        ends_by_rti="RTI" in names and not names & {"RTS", "RTL"},
        uses_registers=any(_is_register(row) for row in assembly.instructions),
        hints=tuple(sorted(_hints(assembly.instructions))),
    )


def _land(row: Placed, cells: dict[int, int], outside: dict[int, str]) -> int:
    """Return the address that stands for a label elsewhere, as this instruction reaches it.

    A branch, which could not reach that far, is turned to a free address nearby.
    """
    if row.opcode.mode not in _RELATIVE:
        bank = 0 if row.opcode.operand_size(m=False, x=False) == 3 else row.address & 0xFF0000
        return bank | (row.operand or 0)
    after, half = row.address + len(row.data), 0x80 if row.opcode.mode == Mode.RELATIVE_8 else 0x8000
    for target in range(after + half - 1, after - half - 1, -1):
        if target not in cells and outside.get(target, row.label) == row.label:
            offset = target - after & 2 * half - 1
            cells.update({row.address + 1 + at: offset >> 8 * at & 0xFF for at in range(len(row.data) - 1)})
            return target
    raise ValueError(f"No free address lies in reach of the branch to {row.label}.")


def _placed(start: int, data: bytes) -> Iterable[tuple[int, int]]:
    bank = start & 0xFF0000
    return ((bank | (start + offset) & 0xFFFF, value) for offset, value in enumerate(data))


def _after(start: int, data: bytes) -> int:
    return start & 0xFF0000 | (start + len(data)) & 0xFFFF


def _free_address(entry: int, cells: dict[int, int], outside: dict[int, str]) -> int:
    """An address of the entry's bank where nothing is, for the routine to return to."""
    bank = entry & 0xFF0000
    return next(
        bank | low for low in range(0xFFE0, 0x8000, -1) if bank | low not in cells and bank | low not in outside
    )


def _calls(elsewhere: Iterable[Placed]) -> dict[str, str]:
    how: dict[str, set[str]] = {}
    for row in elsewhere:
        how.setdefault(row.label, set()).add(row.opcode.mnemonic)
    return {name: found.pop() for name, found in how.items() if found in ({"JSR"}, {"JSL"})}


def _is_register(row: Placed) -> bool:
    return row.opcode.mode in _DATA_BANK and is_register(row.operand or 0)


def _hints(instructions: Iterable[Placed]) -> set[int]:
    constants = {row.operand or 0 for row in instructions if row.opcode.mode in _IMMEDIATE}
    return {value + step & 0xFFFF for value in constants for step in (-1, 0, 1)}
