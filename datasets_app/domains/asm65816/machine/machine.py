"""The 65816 as a machine: registers, single steps, running until something happens."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Literal, NamedTuple, Protocol

from datasets_app.domains.asm65816.machine.interrupts import (
    INTERRUPT,
    ONE_MORE,
    RESET_VECTOR,
    STOP,
    WAIT,
    Idle,
    enter_handler,
)
from datasets_app.domains.asm65816.machine.memory import SparseMemory
from datasets_app.domains.asm65816.machine.tables import Table, dispatch_tables

_M, _X, _I = 0x20, 0x10, 0x04
_EMULATION_TABLE = 4


class Bus(Protocol):
    """What the machine reads and writes: bytes 0 to 255 at 24-bit addresses.

    A bus whose `attach(machine)` exists is told of its machine; one whose `pass_time()` exists is asked, while the
    processor waits for an interrupt, to let CPU cycles pass and return how many, 0 when no interrupt will come.
    """

    def read(self, address: int, /) -> int: ...

    def write(self, address: int, value: int, /) -> object: ...


class Ended(NamedTuple):
    """Why a run ended, after how many instructions and CPU cycles."""

    reason: Literal["limit", "until", "waiting", "stopped"]
    steps: int
    cycles: int


class Machine:
    """A 65816 on a bus, sparse memory by default; after power-on it is in emulation mode at address 0.

    Registers: a (16 bits whatever m is), x, y, s, d, pc (16 bits), dbr, pbr, p (8 bits), e (true in emulation mode).
    They may be set to anything between steps; what e = 1 and x = 1 force (m and x set, S in page 1, X and Y below 256)
    is enforced when the next step begins. `cycles` counts CPU cycles. `stopped` and `waiting` are the states of STP
    and WAI.
    """

    __slots__ = (
        "_tables", "a", "bus", "carry", "cycles", "d", "data_bank", "e", "irq_due", "irq_line", "modes", "negative",
        "nmi_pending", "nonzero", "ops", "overflow", "pass_time", "pc", "program_bank", "read", "s", "stopped",
        "waiting", "write", "x", "y",
    )  # fmt: skip

    def __init__(self, bus: Bus | None = None) -> None:
        self.bus: Bus = SparseMemory() if bus is None else bus
        self.read: Callable[[int], int] = self.bus.read
        self.write: Callable[[int, int], object] = self.bus.write
        self.pass_time: Callable[[], int] = getattr(self.bus, "pass_time", int)
        self._tables = dispatch_tables()
        self.a = self.x = self.y = self.d = self.pc = self.cycles = 0
        self.s = 0x1FF
        self.program_bank = self.data_bank = 0
        self.e: bool | int = True
        self.p = _M | _X | _I
        self.stopped = self.waiting = self.nmi_pending = self.irq_line = self.irq_due = False
        self.ops: Table = self._tables[_EMULATION_TABLE]
        if attach := getattr(self.bus, "attach", None):
            attach(self)

    @property
    def p(self) -> int:
        """The flags NVMXDIZC as one byte."""
        return (
            self.modes | self.negative & 0x80 | (0x40 if self.overflow else 0) | (0 if self.nonzero else 2) | self.carry
        )

    @p.setter
    def p(self, flags: int) -> None:
        self.modes = flags & 0x3C
        self.negative = flags & 0x80
        self.overflow = flags & 0x40
        self.nonzero = ~flags & 2
        self.carry = flags & 1

    @property
    def pbr(self) -> int:
        """The program bank register."""
        return self.program_bank >> 16

    @pbr.setter
    def pbr(self, bank: int) -> None:
        self.program_bank = bank << 16

    @property
    def dbr(self) -> int:
        """The data bank register."""
        return self.data_bank >> 16

    @dbr.setter
    def dbr(self, bank: int) -> None:
        self.data_bank = bank << 16

    def step(self) -> int:
        """Run one instruction, or enter an interrupt's handler, and return its CPU cycles.

        MVN and MVP move one byte a step. While the processor waits or has stopped, a step is one idle cycle.
        """
        self._settle()
        try:
            cycles = self.ops[self.read(self.program_bank | self.pc)](self)
        except Idle:
            cycles = 1
        self.cycles += cycles
        return cycles

    def run(self, limit: int, until: int | Collection[int] = ()) -> Ended:
        """Run at most `limit` instructions, and no further than to one of the 24-bit addresses `until`.

        The first instruction runs even where it stands at such an address.
        """
        self._settle()
        began, steps, read = self.cycles, 0, self.read
        stops = (until,) if isinstance(until, int) else until
        reason: Literal["limit", "until", "waiting", "stopped"] = "limit"
        try:
            for steps in range(1, limit + 1):  # noqa: B007
                self.cycles += self.ops[read(self.program_bank | self.pc)](self)
                if stops and self.program_bank | self.pc in stops:
                    reason = "until"
                    break
        except Idle:
            reason = "stopped" if self.stopped else "waiting"
            steps -= 1
        return Ended(reason, steps, self.cycles - began)

    def reset(self) -> None:
        """Do what the reset line does: emulation mode, interrupts off, and on at the reset vector."""
        self.e, self.d, self.program_bank, self.data_bank = True, 0, 0, 0
        self.modes = self.modes & ~8 | _M | _X | _I
        self.stopped = self.waiting = self.nmi_pending = self.irq_due = False
        self._force_modes()
        self.choose_table()
        self.pc = self.read(RESET_VECTOR) | self.read(RESET_VECTOR + 1) << 8

    def nmi(self) -> None:
        """Signal a non-maskable interrupt, which comes before the next instruction."""
        self.nmi_pending, self.waiting = True, False
        self.choose_table()

    def irq(self, asserted: bool = True) -> None:
        """Assert or release the interrupt line; while asserted it interrupts whenever the I flag is clear.

        It ends waiting even where the I flag keeps the handler from being entered.
        """
        self.irq_line = asserted
        if asserted:
            self.waiting = False
        self.choose_table()

    def instructions(self) -> Table:
        """Return the functions of the 256 opcodes at the present widths."""
        return self._tables[_EMULATION_TABLE if self.e else self.modes >> 4 & 3]

    def choose_table(self) -> None:
        """Decide what the next fetch runs."""
        if self.stopped:
            self.ops = STOP
        elif self.waiting:
            self.ops = WAIT
        elif self.nmi_pending or self.irq_due or (self.irq_line and not self.modes & _I):
            self.ops = INTERRUPT
        else:
            self.ops = self.instructions()

    def _settle(self) -> None:
        """Take what was set from outside since the last step; most often that is nothing, which must cost little."""
        if self.e or self.modes & _X:
            self._force_modes()
        table = self._tables[_EMULATION_TABLE if self.e else self.modes >> 4 & 3]
        if (self.ops is not table or self.irq_line) and self.ops is not ONE_MORE:
            self.choose_table()

    def _force_modes(self) -> None:
        if self.e:
            self.modes |= _M | _X
            self.s = 0x100 | self.s & 0xFF
        if self.modes & _X:
            self.x &= 0xFF
            self.y &= 0xFF

    # What follows is for the functions of the opcodes.

    def change_modes(self, modes: int) -> None:
        """Set M, X, D and I; an interrupt that this lets in waits for one more instruction."""
        let_in = self.irq_line and self.modes & _I and not modes & _I
        self.modes = modes
        self._force_modes()
        self.choose_table()
        if let_in and not self.nmi_pending:
            self.ops = ONE_MORE

    def change_flags(self, flags: int) -> None:
        """Set all flags, as REP, SEP and PLP do."""
        before = self.modes
        self.p = flags
        modes, self.modes = self.modes, before
        self.change_modes(modes)

    def return_flags(self, flags: int) -> None:
        """Set all flags, as RTI does: an interrupt that this lets in comes at once."""
        self.p = flags
        self._force_modes()
        self.choose_table()

    def exchange_emulation(self) -> None:
        """Exchange the carry and the emulation flag."""
        self.carry, self.e = int(self.e), bool(self.carry)
        self._force_modes()
        self.choose_table()

    def wait_for_interrupt(self) -> None:
        """Wait, unless an interrupt is there already."""
        self.waiting = not (self.nmi_pending or self.irq_line)
        self.choose_table()

    def stop(self) -> None:
        """Stop until a reset."""
        self.stopped = True
        self.choose_table()

    def enter(self, kind: str, return_pc: int) -> None:
        """Enter the handler of BRK or COP."""
        enter_handler(self, kind, return_pc)
