"""The console's memory before anybody has set it, with a record of what a routine does to it.

Every byte is noise that depends on a seed and its address, so two machines on memories of one seed see the same. The
first 8 KB of work RAM and the registers answer in every bank where the console shows them, and are noted at their
address in bank 0. Accesses to registers are noted in their order, which is what the hardware sees; one that is read
gives another value each time, as a status would. The multiplier and the divider calculate, which no hardware sees.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from datasets_app.domains.asm65816.machine.accesses import is_register
from datasets_app.domains.asm65816.machine.memory import in_bank_zero, noise
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


class NoisyMemory:
    """All 16 MB. `image` are bytes that are there whatever the seed, such as the code; one byte of noise in four is one
    of `edges`. `written` holds the bytes written since the last `reset`, by address, `hardware` what registers saw.
    """

    __slots__ = ("_cells", "_registers", "hardware", "image", "read", "write", "written")

    def __init__(self, image: Mapping[int, int], edges: Sequence[int] = ()) -> None:
        self.image = {in_bank_zero(address): value for address, value in image.items()}
        self.written: dict[int, int] = {}
        self.hardware: list[Touch] = []
        self._registers = _Registers(self.hardware)
        self._cells = cells = _Noise(self._registers, tuple(edges))
        self.read: Callable[[int], int] = cells.__getitem__
        written, registers = self.written, self._registers

        def write(address: int, value: int) -> None:
            if address & 0x40FFFF < 0x6000 or address & 0xFFE000 == 0x7E0000:
                address = in_bank_zero(address)
                if is_register(address):
                    registers.write(address, value)
                    return
            written[address] = cells[address] = value

        self.write: Callable[[int, int], object] = write
        self.reset(0)

    def reset(self, seed: int, preset: Mapping[int, int] | None = None) -> None:
        """Forget what was done and change the noise; `preset` are bytes that this state begins with."""
        self.written.clear()
        self._registers.reset(seed)
        given = self.image | {in_bank_zero(address): value for address, value in (preset or {}).items()}
        self._cells.begin(seed, given)

    def changed(self) -> dict[int, int]:
        """Return the bytes that are no longer what they were after `reset`, by address."""
        return {at: value for at, value in self.written.items() if value != self._cells.before(at)}


class _Noise(dict[int, int]):
    """Bytes by address; what is missing is made up, registers each time anew."""

    def __init__(self, registers: _Registers, edges: tuple[int, ...]) -> None:
        super().__init__()
        self._registers, self._edges = registers, edges
        self._seed, self._given = 0, dict[int, int]()

    def begin(self, seed: int, given: dict[int, int]) -> None:
        self._seed, self._given = seed, given
        self.clear()
        self.update(given)

    def __missing__(self, address: int) -> int:
        canonical = in_bank_zero(address)
        if canonical != address:
            return self[canonical]
        if is_register(address):
            return self._registers.read(address)
        self[address] = value = self._made_up(address)
        return value

    def before(self, address: int) -> int:
        return self._given[address] if address in self._given else self._made_up(address)

    def _made_up(self, address: int) -> int:
        value = noise(self._seed, address)
        choice = noise(self._seed ^ 0x5A5A, address)
        return self._edges[(choice >> 2) % len(self._edges)] if self._edges and not choice & 3 else value


class _Registers:
    """The console's registers: a record, and the arithmetic unit."""

    def __init__(self, hardware: list[Touch]) -> None:
        self._hardware = hardware
        self.reset(0)

    def reset(self, seed: int) -> None:
        self._hardware.clear()
        self._seed, self._reads = seed, dict[int, int]()
        self._unit = Arithmetic()

    def read(self, address: int) -> int:
        if 0x4214 <= address < 0x4218:
            word = self._unit.quotient if address < 0x4216 else self._unit.product
            return word >> 8 * (address & 1) & 0xFF
        count = self._reads[address] = self._reads.get(address, 0) + 1
        value = noise(self._seed + count, address)
        self._hardware.append(("R", address, value))
        return value

    def write(self, address: int, value: int) -> None:
        if address in _WRITTEN_BY:
            _WRITTEN_BY[address](self._unit, value)
        else:
            self._hardware.append(("W", address, value))
