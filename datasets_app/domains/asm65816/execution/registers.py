"""The hardware registers as a routine under test meets them: a record, and numbers nobody can foresee.

Accesses are noted in their order, which is what the hardware sees. A register that is read gives another value each
time, as a status would. The multiplier and the divider calculate, which no hardware sees.
"""

from __future__ import annotations

from datasets_app.domains.asm65816.machine.memory import noise
from datasets_app.domains.asm65816.machine.snes.arithmetic import Arithmetic

Touch = tuple[str, int, int]
"""R or W, a register's address, the value."""

_WRITTEN_BY = {
    0x4202: Arithmetic.set_factor,
    0x4203: Arithmetic.multiply,
    0x4204: Arithmetic.set_dividend_low,
    0x4205: Arithmetic.set_dividend_high,
    0x4206: Arithmetic.divide,
}


class RecordedRegisters:
    """`touched` is what was done to them since the last `reset`."""

    def __init__(self, seed: int = 0) -> None:
        self.touched: list[Touch] = []
        self.reset(seed)

    def reset(self, seed: int) -> None:
        """Forget what was done; the values read follow from the seed, the address and how often it was read."""
        self.touched.clear()
        self._seed, self._reads = seed, dict[int, int]()
        self._unit = Arithmetic()

    def read(self, address: int) -> int:
        """Return a byte, 0 to 255."""
        if 0x4214 <= address < 0x4218:
            word = self._unit.quotient if address < 0x4216 else self._unit.product
            return word >> 8 * (address & 1) & 0xFF
        count = self._reads[address] = self._reads.get(address, 0) + 1
        value = noise(self._seed + count, address)
        self.touched.append(("R", address, value))
        return value

    def write(self, address: int, value: int) -> None:
        """Take a byte."""
        if address in _WRITTEN_BY:
            _WRITTEN_BY[address](self._unit, value)
        else:
            self.touched.append(("W", address, value))
