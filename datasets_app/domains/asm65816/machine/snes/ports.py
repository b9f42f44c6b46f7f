"""Which register does what: for each address of the system banks, the functions that a read and a write call."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from datasets_app.domains.asm65816.machine.snes.arithmetic import Arithmetic

if TYPE_CHECKING:
    from datasets_app.domains.asm65816.machine.snes.bus import SnesBus

Readers = dict[int, Callable[[], int]]
Writers = dict[int, Callable[[int], None]]

_APU_READY = (0xAA, 0xBB, 0, 0)
"""What the sound processor's boot program shows when it is ready (fullsnes, SPC700 boot ROM)."""


def register_ports(bus: SnesBus) -> tuple[Readers, Writers]:
    """Return the functions of all registers that do something."""
    readers, writers = bus.video.readers(), bus.video.writers()
    for more_readers, more_writers in (_work_ram(bus), _sound(), _pads(bus), _processor(bus), _dma(bus)):
        readers |= more_readers
        writers |= more_writers
    return readers, writers


def _work_ram(bus: SnesBus) -> tuple[Readers, Writers]:
    """WMDATA and its address, 17 bits, which moves on with each access."""
    at = [0]

    def advance() -> int:
        here = at[0]
        at[0] = here + 1 & 0x1FFFF
        return here

    def set_byte(shift: int, value: int) -> None:
        at[0] = (at[0] & ~(0xFF << shift) | value << shift) & 0x1FFFF

    readers: Readers = {0x2180: lambda: bus.wram[advance()]}
    writers: Writers = {0x2180: lambda value: bus.wram.__setitem__(advance(), value)}
    return readers, writers | {0x2181 + number: partial(set_byte, 8 * number) for number in range(3)}


def _sound() -> tuple[Readers, Writers]:
    """The four ports of the sound processor in all their mirrors: they show what was written, as an answer would."""
    ports = list(_APU_READY)
    readers: Readers = {address: partial(ports.__getitem__, address & 3) for address in range(0x2140, 0x2180)}
    writers: Writers = {address: partial(ports.__setitem__, address & 3) for address in range(0x2140, 0x2180)}
    return readers, writers


def _pads(bus: SnesBus) -> tuple[Readers, Writers]:
    """The serial ports, one bit a read with the highest first, and the words that the console read by itself."""
    shifts = [0xFFFF, 0xFFFF]

    def strobe(_value: int) -> None:
        shifts[:] = bus.pads[:2]

    def read_bit(pad: int) -> int:
        bit = shifts[pad] >> 15 & 1
        shifts[pad] = shifts[pad] << 1 & 0xFFFF | 1
        return bit

    readers: Readers = {0x4016: lambda: read_bit(0), 0x4017: lambda: read_bit(1) | 0x1C}
    for at in range(8):
        readers[0x4218 + at] = partial(lambda at: bus.pads[at >> 1] >> 8 * (at & 1) & 0xFF, at)
    return readers, {0x4016: strobe}


def _processor(bus: SnesBus) -> tuple[Readers, Writers]:
    """The CPU chip's arithmetic, timer and speed, and the picture chip's counters."""
    arithmetic, timer = Arithmetic(), bus.timer
    readers: Readers = {
        0x2137: timer.latch,
        0x213C: lambda: timer.read_latched(0),
        0x213D: lambda: timer.read_latched(1),
        0x213E: timer.sprite_status,
        0x213F: timer.picture_status,
        0x4210: timer.acknowledge_nmi,
        0x4211: timer.acknowledge_irq,
        0x4212: timer.blanking,
        0x4213: lambda: bus.written.get(0x4201, 0xFF),
        0x4214: lambda: arithmetic.quotient & 0xFF,
        0x4215: lambda: arithmetic.quotient >> 8,
        0x4216: lambda: arithmetic.product & 0xFF,
        0x4217: lambda: arithmetic.product >> 8,
    }
    writers: Writers = {
        0x4200: timer.enable,
        0x4202: arithmetic.set_factor,
        0x4203: arithmetic.multiply,
        0x4204: arithmetic.set_dividend_low,
        0x4205: arithmetic.set_dividend_high,
        0x4206: arithmetic.divide,
        0x4207: lambda value: timer.set_dot(value, 0),
        0x4208: lambda value: timer.set_dot(value, 8),
        0x4209: lambda value: timer.set_line(value, 0),
        0x420A: lambda value: timer.set_line(value, 8),
        0x420D: bus.set_fast_rom,
    }
    return readers, writers


def _dma(bus: SnesBus) -> tuple[Readers, Writers]:
    registers = bus.dma.registers
    readers: Readers = {0x4300 + at: partial(registers.__getitem__, at) for at in range(0x80)}
    writers: Writers = {0x4300 + at: partial(registers.__setitem__, at) for at in range(0x80)}
    return readers, writers | {0x420B: bus.dma.start}
