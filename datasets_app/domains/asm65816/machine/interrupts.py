"""Interrupts, waiting and stopping: tables that stand in for the instructions' own while something else comes next.

The machine looks for no interrupt before each instruction. Whatever may bring one about lays one of these tables under
the machine, and the fetch that follows runs it. Source: WDC's W65C816S data sheet, its vectors
and the sequence of an interrupt; that the chip looks at the I flag before CLI, REP and PLP change it is from bsnes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from datasets_app.domains.asm65816.machine.tables import Run, Table
from datasets_app.domains.asm65816.opcodes import Mode, opcodes_of

if TYPE_CHECKING:
    from datasets_app.domains.asm65816.machine.machine import Machine

VECTORS = {
    False: {"COP": 0xFFE4, "BRK": 0xFFE6, "NMI": 0xFFEA, "IRQ": 0xFFEE},
    True: {"COP": 0xFFF4, "BRK": 0xFFFE, "NMI": 0xFFFA, "IRQ": 0xFFFE},
}
"""Where the address of each handler lies in bank 0, by emulation mode."""
RESET_VECTOR = 0xFFFC

_BRK = opcodes_of("BRK")[Mode.SIGNATURE]
_INTERRUPT_CYCLES = {mode: _BRK.cycles_with(m=True, x=True, emulation=mode) for mode in (False, True)}
_BREAK_FLAG = 0x10


class Idle(Exception):
    """Nothing runs: the processor has stopped, or waits for an interrupt that nothing will bring."""


def enter_handler(cpu: Machine, kind: str, return_pc: int) -> None:
    """Push the bank (native mode), the return address and the flags, and go where the vector of `kind` points."""
    flags, emulation = cpu.p, bool(cpu.e)
    if emulation and kind in ("NMI", "IRQ"):
        flags &= ~_BREAK_FLAG
    pushed = [return_pc >> 8, return_pc & 0xFF, flags]
    for value in pushed if emulation else [cpu.pbr, *pushed]:
        cpu.write(cpu.s, value)
        cpu.s = 0x100 | cpu.s - 1 & 0xFF if emulation else cpu.s - 1 & 0xFFFF
    vector = VECTORS[emulation][kind]
    cpu.pc = cpu.read(vector) | cpu.read(vector + 1) << 8
    cpu.program_bank = 0
    cpu.modes = cpu.modes & ~8 | 4
    cpu.choose_table()


def _interrupt(cpu: Machine) -> int:
    kind = "NMI" if cpu.nmi_pending else "IRQ"
    if kind == "NMI":
        cpu.nmi_pending = False
    else:
        cpu.irq_due = False
    cycles = _INTERRUPT_CYCLES[bool(cpu.e)]
    enter_handler(cpu, kind, cpu.pc)
    return cycles


def _wait(cpu: Machine) -> int:
    passed = cpu.pass_time()
    if not passed:
        raise Idle
    return passed


def _stop(_cpu: Machine) -> int:
    raise Idle


def _before_interrupt(code: int) -> Run:
    def run(cpu: Machine) -> int:
        cycles = cpu.instructions()[code](cpu)
        # The chip looked at the line before the instruction could set the flag again.
        cpu.irq_due = cpu.irq_line
        cpu.choose_table()
        return cycles

    return run


INTERRUPT: Table = (_interrupt,) * 256
WAIT: Table = (_wait,) * 256
STOP: Table = (_stop,) * 256
ONE_MORE: Table = tuple(map(_before_interrupt, range(256)))
"""One more instruction runs before an interrupt that was let in by this one."""
