"""Time in the console: what an access costs, where the beam is, when blanking begins and ends.

An NTSC picture of 262 lines of 1364 master clocks, blanked from line 225 on. What the console spends on refreshing its
RAM, 40 clocks a line, is left out: it depends on where in a line an instruction falls. Source: SNESdev wiki, memory map
and timing.
"""

from __future__ import annotations

LINE, LINES = 1364, 262
FRAME = LINE * LINES
VBLANK_LINE = 225
INTERNAL = 6
"""Master clocks of a CPU cycle without an access, and of the fastest access."""
NEVER = 1 << 62
# Dots 274 to 0 of a line are horizontal blanking; a dot is 4 clocks.
_HBLANK_BEGIN, _HBLANK_END = 1096, 4
_PAD_LINES = 3

# For each 256 bytes of a system bank: work RAM, PPU, serial pads, CPU chip, expansion, ROM; then the slow rest.
_LOW = b"\x02" * 0x20 + b"\x00" * 0x20 + b"\x06" * 0x02 + b"\x00" * 0x1E + b"\x02" * 0x20
_SLOW_BANK = b"\x02" * 0x100
SLOW_ROM = (_LOW + b"\x02" * 0x80) * 0x40 + _SLOW_BANK * 0x40 + (_LOW + b"\x02" * 0x80) * 0x40 + _SLOW_BANK * 0x40
"""Clocks over 6 that an access costs, by address >> 8: 8 for memory, 12 for the serial pads."""
FAST_ROM = (_LOW + b"\x02" * 0x80) * 0x40 + _SLOW_BANK * 0x40 + (_LOW + bytes(0x80)) * 0x40 + bytes(0x4000)
"""The same with FastROM: ROM in banks $80 to $FF costs no more than 6."""


def next_time(now: int, line: int, clock: int = 0) -> int:
    """Return the first time after `now`, in master clocks, at which the beam is at this clock of this line."""
    due = now - now % FRAME + line * LINE + clock
    return due if due > now else due + FRAME


def next_in_line(now: int, clock: int) -> int:
    """Return the first time after `now` at which the beam is at this clock of any line."""
    due = now - now % LINE + clock
    return due if due > now else due + LINE


def beam(now: int) -> tuple[int, int]:
    """Return line and dot at a time."""
    return now % FRAME // LINE, now % LINE // 4


def blanking(now: int, *, pads_read: bool) -> int:
    """Return HVBJOY: bit 7 vertical blanking, bit 6 horizontal, bit 0 while the pads are being read."""
    line, clock = now % FRAME // LINE, now % LINE
    vertical = line >= VBLANK_LINE
    horizontal = clock >= _HBLANK_BEGIN or clock < _HBLANK_END
    busy = pads_read and VBLANK_LINE <= line < VBLANK_LINE + _PAD_LINES
    return vertical << 7 | horizontal << 6 | int(busy)
