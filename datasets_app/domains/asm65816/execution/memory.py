"""The console's memory as a routine under test sees it: full of repeatable noise, with a record of what it did to it.

Reads and writes of hardware registers are recorded in order, because their order is what the hardware sees. A register
that is read gives another value each time, as a status flag would, except the multiplier and divider, which calculate.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

WRAM = 0x7E0000
EDGES = (0x00, 0x01, 0x7F, 0x80, 0x81, 0xFE, 0xFF, 0x10)


@dataclass
class Trail:
    """What one run did: the last value written to each address of memory, and every access to a hardware register."""

    written: dict[int, int] = field(default_factory=dict)
    hardware: list[tuple[str, int, int]] = field(default_factory=list)


class NoisyMemory:
    """All 16 MB; what nobody wrote depends on the seed and the address alone, so two runs see the same.

    Work RAM is one memory under all its addresses ($0000-1FFF of the banks 00-3F and 80-BF, and bank 7E).
    """

    def __init__(self, code: dict[int, int], edges: Sequence[int] = EDGES) -> None:
        self._code = code
        self._edges = edges
        self.cells: dict[int, int] = {}
        self.seed = 0
        self.trail = Trail()
        self._given: dict[int, int] = {}
        self._registers: dict[int, int] = {}
        self._reads: dict[int, int] = {}
        self.restart(0, {})

    def restart(self, seed: int, given: dict[int, int]) -> None:
        """Forget everything that was written; begin with the code and the bytes given, by address."""
        self.seed = seed * 0x9E3779B1 & 0xFFFFFFFF
        self._given = self._code | {canonical(address): value for address, value in given.items()}
        self.cells = dict(self._given)
        self.trail = Trail()
        self._registers, self._reads = {}, {}

    def read(self, address: int) -> int:
        if not address & 0x408000:
            low = address & 0xFFFF
            if low < 0x2000:
                address = WRAM | low
            elif is_register(low):
                return self._read_register(low)
        value = self.cells.get(address)
        if value is None:
            value = self.cells[address] = self.noise(address)
        return value

    def write(self, address: int, value: int) -> None:
        if not address & 0x408000:
            low = address & 0xFFFF
            if low < 0x2000:
                address = WRAM | low
            elif is_register(low):
                self._write_register(low, value)
                return
        self.cells[address] = self.trail.written[address] = value

    def changed(self) -> dict[int, int]:
        """Return the bytes of memory that are no longer what they were, by address."""
        before = self._given
        return {
            address: value
            for address, value in self.trail.written.items()
            if value != (before[address] if address in before else self.noise(address))
        }

    def noise(self, address: int) -> int:
        """The byte that stands at an address before anybody wrote there; one in four is an edge value."""
        mixed = (address ^ self.seed) * 0x85EBCA6B & 0xFFFFFFFF
        mixed = (mixed ^ mixed >> 13) * 0xC2B2AE35 & 0xFFFFFFFF
        mixed ^= mixed >> 16
        if mixed & 0x300:
            return mixed & 0xFF
        return self._edges[(mixed >> 10) % len(self._edges)]

    def _read_register(self, low: int) -> int:
        if low in self._registers and 0x4214 <= low <= 0x4217:
            return self._registers[low]
        count = self._reads[low] = self._reads.get(low, 0) + 1
        value = self.noise(low | count << 24)
        self.trail.hardware.append(("R", low, value))
        return value

    def _write_register(self, low: int, value: int) -> None:
        self.trail.hardware.append(("W", low, value))
        self._registers[low] = value
        if low == 0x4203:
            self._put(0x4216, self._registers.get(0x4202, 0xFF) * value)
        elif low == 0x4206:
            dividend = self._registers.get(0x4204, 0xFF) | self._registers.get(0x4205, 0xFF) << 8
            # A division by zero gives $FFFF and leaves the dividend as remainder (fullsnes, CPU maths).
            quotient, rest = divmod(dividend, value) if value else (0xFFFF, dividend)
            self._put(0x4214, quotient)
            self._put(0x4216, rest)

    def _put(self, low: int, value: int) -> None:
        self._registers[low], self._registers[low + 1] = value & 0xFF, value >> 8


def canonical(address: int) -> int:
    """Return the one address of a byte that has several: bank 7E for work RAM, else the address itself."""
    return WRAM | address & 0xFFFF if not address & 0x408000 and address & 0xFFFF < 0x2000 else address


def is_register(low: int) -> bool:
    """Say whether a 16-bit address, in a bank that shows the hardware, is a register's."""
    return 0x2100 <= low < 0x2200 or 0x4000 <= low < 0x4400
