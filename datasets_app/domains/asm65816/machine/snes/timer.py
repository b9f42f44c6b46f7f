"""Blanking, NMI and the H/V timer: what happens by itself as the beam moves.

Source: SNESdev wiki, timing and MMIO registers; the flag of NMI is there from the beginning of vertical blanking to its
end or until it is read, and enabling NMI while it is there fires one.
"""

from __future__ import annotations

from typing import Protocol

from datasets_app.domains.asm65816.machine.snes.clock import (
    FRAME,
    INTERNAL,
    LINE,
    LINES,
    NEVER,
    VBLANK_LINE,
    beam,
    blanking,
    next_in_line,
    next_time,
)

_CPU_VERSION, _PPU1_VERSION, _PPU2_VERSION = 2, 1, 3
_NMI, _BY_LINE, _BY_DOT, _PADS = 0x80, 0x20, 0x10, 0x01


class Interruptible(Protocol):
    """The processor that interrupts go to."""

    def nmi(self) -> None: ...

    def irq(self, asserted: bool = True, /) -> None: ...


class Console(Protocol):
    """Where the time comes from and interrupts go."""

    @property
    def clocks(self) -> int: ...

    @property
    def machine(self) -> Interruptible: ...


class Timer:
    """The events of a picture; `alarm` is the time of the next one in master clocks."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._enabled = 0
        self._nmi_flag = self._irq_flag = False
        self._dot = self._line = 0x1FF
        self._latched = [0, 0]
        self._second_read = [False, False]
        self._due = {"blank": next_time(0, VBLANK_LINE), "picture": next_time(0, 0), "irq": NEVER}
        self.alarm = min(self._due.values())

    def ring(self, now: int | None = None) -> None:
        """Do what was due until now."""
        now = self._console.clocks if now is None else now
        while self.alarm <= now:
            event = min(self._due, key=self._due.__getitem__)
            if event == "irq":
                self._irq_flag = True
                self._console.machine.irq()
                self._due["irq"] = self._next_irq(self.alarm)
            else:
                self._nmi_flag = event == "blank"
                if self._nmi_flag and self._enabled & _NMI:
                    self._console.machine.nmi()
                self._due[event] += FRAME
            self.alarm = min(self._due.values())

    def wait(self) -> int:
        """Let time pass to the next interrupt that is enabled, and return its CPU cycles, 0 when none is."""
        due = min(self._due["blank"] if self._enabled & _NMI else NEVER, self._due["irq"])
        if due == NEVER:
            return 0
        now = self._console.clocks
        self.ring(due)
        return max(1, -(-(due - now) // INTERNAL))

    def enable(self, value: int) -> None:
        """NMITIMEN."""
        fires = value & _NMI and not self._enabled & _NMI and self._nmi_flag
        self._enabled = value
        if not value & (_BY_LINE | _BY_DOT):
            self.acknowledge_irq()
        self._schedule_irq()
        if fires:
            self._console.machine.nmi()

    def set_dot(self, value: int, shift: int) -> None:
        """HTIMEL (shift 0) and HTIMEH (shift 8)."""
        self._dot = (self._dot & ~(0xFF << shift) | value << shift) & 0x1FF
        self._schedule_irq()

    def set_line(self, value: int, shift: int) -> None:
        """VTIMEL (shift 0) and VTIMEH (shift 8)."""
        self._line = (self._line & ~(0xFF << shift) | value << shift) & 0x1FF
        self._schedule_irq()

    def acknowledge_nmi(self) -> int:
        """RDNMI: the flag in bit 7, which reading clears, and the version of the chip."""
        flag, self._nmi_flag = self._nmi_flag, False
        return flag << 7 | _CPU_VERSION

    def acknowledge_irq(self) -> int:
        """TIMEUP: the flag in bit 7, which reading clears together with the interrupt."""
        flag, self._irq_flag = self._irq_flag, False
        self._console.machine.irq(False)
        return flag << 7

    def blanking(self) -> int:
        """HVBJOY."""
        return blanking(self._console.clocks, pads_read=bool(self._enabled & _PADS))

    def latch(self) -> int:
        """SLHV: note where the beam is."""
        line, dot = beam(self._console.clocks)
        self._latched = [dot, line]
        return 0

    def read_latched(self, which: int) -> int:
        """OPHCT (0) and OPVCT (1): the low byte first, then the ninth bit."""
        second = self._second_read[which]
        self._second_read[which] = not second
        return self._latched[which] >> 8 if second else self._latched[which] & 0xFF

    def picture_status(self) -> int:
        """STAT78: the next read of a latched counter gives its low byte; the version of the chip."""
        self._second_read = [False, False]
        return _PPU2_VERSION

    @staticmethod
    def sprite_status() -> int:
        """STAT77: no sprite ever overflows here; the version of the chip."""
        return _PPU1_VERSION

    def _schedule_irq(self) -> None:
        self._due["irq"] = self._next_irq(self._console.clocks)
        self.alarm = min(self._due.values())

    def _next_irq(self, now: int) -> int:
        by_line, by_dot = self._enabled & _BY_LINE, self._enabled & _BY_DOT
        if (by_line and self._line >= LINES) or (by_dot and self._dot * 4 >= LINE):
            return NEVER
        if by_line:
            return next_time(now, self._line, self._dot * 4 if by_dot else 0)
        return next_in_line(now, self._dot * 4) if by_dot else NEVER
