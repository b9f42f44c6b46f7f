"""The console's memory map: work RAM, cartridge and registers, with the time that each access takes.

What is not modelled: the sound processor (its ports answer with what was last written, so that handshakes end), HDMA,
drawing. Registers without an effect here keep what was written in `written`.
"""

from __future__ import annotations

from typing import Protocol

from datasets_app.domains.asm65816.machine.snes.cartridge import Cartridge, Mapping
from datasets_app.domains.asm65816.machine.snes.clock import FAST_ROM, INTERNAL, SLOW_ROM
from datasets_app.domains.asm65816.machine.snes.dma import Dma
from datasets_app.domains.asm65816.machine.snes.ports import register_ports
from datasets_app.domains.asm65816.machine.snes.timer import Timer
from datasets_app.domains.asm65816.machine.snes.video import Video


class Processor(Protocol):
    """What the console needs of the machine on its bus."""

    cycles: int

    def nmi(self) -> None: ...

    def irq(self, asserted: bool = True, /) -> None: ...


class _NoProcessor:
    cycles = 0

    def nmi(self) -> None:
        return

    def irq(self, _asserted: bool = True, /) -> None:
        return


class SnesBus:
    """The bus of a console with a cartridge, or with an empty one that `load` fills.

    `wram` (128 KB), `video`, `cartridge` and `dma` are open for looking at; `pads` are the four joypads' words as
    $4218 to $421F give them.
    """

    def __init__(self, rom: bytes = b"", mapping: Mapping = "lorom") -> None:
        self.wram = bytearray(0x20000)
        self.cartridge = Cartridge(rom, mapping)
        self.video = Video()
        self.dma = Dma(self)
        self.timer = Timer(self)
        self.pads = [0, 0, 0, 0]
        self.written: dict[int, int] = {}
        self.extra_clocks = 0
        self.machine: Processor = _NoProcessor()
        self._data = 0
        self._over = SLOW_ROM
        self._readers, self._writers = register_ports(self)

    def attach(self, machine: Processor) -> None:
        """Take the machine that runs on this bus: its cycles are the time, and interrupts go to it."""
        self.machine = machine

    @property
    def clocks(self) -> int:
        """Master clocks so far: 6, 8 or 12 for each access, 6 for each other CPU cycle, and what DMA took."""
        return self.machine.cycles * INTERNAL + self.extra_clocks

    def load(self, address: int, data: bytes) -> None:
        """Put bytes into RAM or the ROM at a 24-bit address; ValueError where there is neither."""
        at = _work_ram_index(address)
        if at is None:
            self.cartridge.place(address, data)
        else:
            self.wram[at : at + len(data)] = data

    def read(self, address: int) -> int:
        """Read a byte as the CPU does, in time; where nothing answers, the last byte on the bus."""
        self.extra_clocks += self._over[address >> 8]
        if self.machine.cycles * INTERNAL + self.extra_clocks >= self.timer.alarm:
            self.timer.ring()
        return self.peek(address)

    def write(self, address: int, value: int) -> None:
        """Write a byte as the CPU does, in time."""
        self.extra_clocks += self._over[address >> 8]
        self.poke(address, value)

    def peek(self, address: int) -> int:
        """Read a byte with all that reading does, but without the time."""
        offset = address & 0x40FFFF
        if offset < 0x2000:
            value: int | None = self.wram[offset]
        elif offset < 0x6000:
            reader = self._readers.get(offset)
            value = None if reader is None else reader()
        elif address & 0xFE0000 == 0x7E0000:
            value = self.wram[address & 0x1FFFF]
        else:
            value = self.cartridge.read(address)
        if value is None:
            return self._data
        self._data = value
        return value

    def poke(self, address: int, value: int) -> None:
        """Write a byte with all that writing does, but without the time."""
        self._data = value
        offset = address & 0x40FFFF
        if offset < 0x2000:
            self.wram[offset] = value
        elif offset < 0x6000:
            self.written[offset] = value
            writer = self._writers.get(offset)
            if writer is not None:
                writer(value)
        elif address & 0xFE0000 == 0x7E0000:
            self.wram[address & 0x1FFFF] = value
        else:
            self.cartridge.write(address, value)

    def set_fast_rom(self, value: int) -> None:
        """MEMSEL."""
        self._over = FAST_ROM if value & 1 else SLOW_ROM

    def pass_time(self) -> int:
        """Let time pass to the next interrupt that is enabled, and return its CPU cycles, 0 when none is."""
        return self.timer.wait()


def _work_ram_index(address: int) -> int | None:
    if address & 0xFE0000 == 0x7E0000:
        return address & 0x1FFFF
    return address & 0x1FFF if address & 0x40FFFF < 0x2000 else None
