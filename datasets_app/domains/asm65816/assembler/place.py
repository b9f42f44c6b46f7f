"""Where the next byte goes: the program counter, the place in the ROM, the memory map."""

from __future__ import annotations

from datasets_app.domains.asm65816.assembler.mapping import MAPPERS
from datasets_app.domains.asm65816.assembler.problem import Problem

START = 0x008000
NOWHERE = -1

Position = tuple[int, int, int, int]


class Place:
    """`pc` is the address that labels get, `real` where the bytes lie; `base` makes them differ.

    Both are 24-bit SNES addresses, NOWHERE after pushpc. `pc_start` and `real_start` are where this stretch began: the
    border of a bank is checked against them.
    """

    def __init__(self, origin: int) -> None:
        self.pc = self.real = self.pc_start = self.real_start = origin
        self.mapper = MAPPERS["lorom"]
        self.mapper_chosen = False
        self.banks_may_cross = False
        self.half_banks = False
        self.complained = False
        self.stack: list[Position] = []
        self.bases: list[int] = []

    def go(self, address: int) -> None:
        """Continue at an address."""
        self.pc = self.real = self.pc_start = self.real_start = address
        self.complained = False

    def rebase(self, address: int) -> None:
        """Give labels addresses from here, while bytes lie where they lay."""
        self.pc = self.pc_start = address

    def position(self) -> Position:
        """Return what `restore` takes."""
        return self.pc, self.real, self.pc_start, self.real_start

    def restore(self, position: Position) -> None:
        """Go back to a position."""
        self.pc, self.real, self.pc_start, self.real_start = position

    def known_pc(self) -> int:
        """Return the program counter; raises Problem where no org says where we are."""
        if self.pc < 0:
            raise Problem("missing_org", "No org says where this goes.", "Put an org after pushpc.")
        return self.pc

    def step(self, count: int) -> None:
        """Move on by `count` bytes."""
        if not self.banks_may_cross:
            self.pc += count
            self.real += count
            return
        self.pc = self.pc_start = self._across(self.pc, count)
        self.real = self.real_start = self._across(self.real, count)

    def _across(self, address: int, count: int) -> int:
        if self.mapper.name == "exlorom":
            return self.mapper.to_snes(self.mapper.to_file(address) + count)
        low = self.mapper.name == "lorom" or (self.mapper.name != "norom" and not address & 0x400000)
        crosses = low and (address & 0xFFFF) + count > 0xFFFF
        return address + count + (0x8000 if crosses else 0)

    def crossed(self) -> int:
        """Return the address after a border that was crossed, or NOWHERE."""
        if self.banks_may_cross or self.pc < 0:
            return NOWHERE
        mask = 0x7FFF0000 | (0x8000 if self.half_banks else 0)
        if (self.pc ^ self.pc_start) & mask and ((self.pc - 1) ^ self.pc_start) & mask:
            return self.pc
        if (self.real ^ self.real_start) & mask and ((self.real - 1) ^ self.real_start) & mask:
            return self.real
        return NOWHERE

    def to_file(self, address: int) -> int:
        """Return the offset in the ROM file of a SNES address, -1 outside it."""
        return self.mapper.to_file(address) if 0 <= address <= 0xFFFFFF else -1

    def to_snes(self, offset: int) -> int:
        """Return the SNES address of an offset in the ROM file, -1 outside it."""
        return self.mapper.to_snes(offset) if offset >= 0 else -1
