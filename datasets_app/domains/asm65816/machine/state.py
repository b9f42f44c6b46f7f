"""The registers of a machine as one value, to begin from the same state many times."""

from __future__ import annotations

from typing import NamedTuple

from datasets_app.domains.asm65816.machine.machine import Machine


class State(NamedTuple):
    """All registers; the defaults are a native machine with 8-bit registers and its stack in page 1."""

    a: int = 0
    x: int = 0
    y: int = 0
    s: int = 0x1FF
    d: int = 0
    dbr: int = 0
    pbr: int = 0
    pc: int = 0
    p: int = 0x30
    e: bool = False


def save_state(machine: Machine) -> State:
    """Return the registers as they are."""
    flags = (machine.p, bool(machine.e))
    banks = (machine.dbr, machine.pbr, machine.pc)
    return State(machine.a, machine.x, machine.y, machine.s, machine.d, *banks, *flags)


def restore_state(machine: Machine, state: State) -> None:
    """Set the registers, and begin anew: not stopped, not waiting, no interrupt, no cycles. Memory stays as it is."""
    machine.a, machine.x, machine.y, machine.s, machine.d = state[:5]
    machine.dbr, machine.pbr, machine.pc, machine.p, machine.e = state[5:]
    machine.stopped = machine.waiting = machine.nmi_pending = machine.irq_line = machine.irq_due = False
    machine.cycles = 0
    machine.choose_table()
