"""A routine made ready to run: its bytes, where it begins, and the addresses where a run of it ends."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from datasets_app.domains.asm65816.assembler.result import Assembly, Placed
from datasets_app.domains.asm65816.opcodes import Mode

JUMPS = {"JMP", "JML", "BRA", "BRL"}
_IMMEDIATE = {Mode.IMMEDIATE_M, Mode.IMMEDIATE_X}


@dataclass(frozen=True)
class Program:
    """What `load` makes of an assembly.

    `cells` are the bytes by 24-bit address, `entry` the first instruction, `home` the address that the routine returns
    to. `outside` names the addresses that it can reach but does not hold: labels that were stubbed, and places where
    code runs off its end (named ""). `calls` tells of a name outside how it is called, JSR or JSL; what is also jumped
    to has "". `hints` are values worth trying: the code's own constants and their neighbours.
    """

    cells: dict[int, int]
    entry: int
    home: int
    outside: dict[int, str] = field(default_factory=dict)
    calls: dict[str, str] = field(default_factory=dict)
    ends_by_rti: bool = False
    hints: tuple[int, ...] = ()

    @property
    def stops(self) -> frozenset[int]:
        """Where a run stops to be looked at."""
        return frozenset((self.home, *self.outside))


def load(assembly: Assembly, entry: str = "") -> Program:
    """Make an assembly ready to run from the label `entry`, from its first instruction where none is named.

    Raises ValueError where there is no instruction, LookupError where there is no such label.
    """
    if not assembly.instructions:
        raise ValueError("There is no instruction to run.")
    cells = {at: value for start, data in assembly.blocks for at, value in _placed(start, data)}
    begin = assembly.labels[entry] if entry else assembly.instructions[0].address
    externals = {assembly.labels[name]: name for name in assembly.stubbed if name in assembly.labels}
    ends = {_after(start, data): "" for start, data in assembly.blocks}
    outside = {at: name for at, name in (ends | externals).items() if at not in cells}
    names = {row.opcode.mnemonic for row in assembly.instructions}
    return Program(
        cells,
        begin,
        _free_address(begin, cells, outside),
        outside,
        _calls(assembly.instructions, outside),
        ends_by_rti="RTI" in names and not names & {"RTS", "RTL"},
        hints=tuple(sorted(_hints(assembly.instructions))),
    )


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


def _calls(instructions: Iterable[Placed], outside: dict[int, str]) -> dict[str, str]:
    how: dict[str, set[str]] = {}
    for row in instructions:
        name = outside.get(row.operand if row.operand is not None else -1)
        if name:
            how.setdefault(name, set()).add(row.opcode.mnemonic)
    return {name: found.pop() if len(found) == 1 else "" for name, found in how.items() if found <= {"JSR", "JSL"}}


def _hints(instructions: Iterable[Placed]) -> set[int]:
    constants = {row.operand or 0 for row in instructions if row.opcode.mode in _IMMEDIATE}
    return {value + step & 0xFFFF for value in constants for step in (-1, 0, 1)}
