"""A log of what a program reads and writes, for instance of the console's registers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, NamedTuple

from datasets_app.domains.asm65816.machine.machine import Machine
from datasets_app.domains.asm65816.machine.memory import is_register


class Access(NamedTuple):
    """One byte read or written: the machine's cycles and 24-bit program counter as the instruction began."""

    cycle: int
    pc: int
    kind: Literal["R", "W"]
    address: int
    value: int


def record_accesses(machine: Machine, watched: Callable[[int], bool] = is_register) -> list[Access]:
    """Have the machine note, from now on, its accesses to addresses for which `watched` is true; returns the list."""
    log: list[Access] = []
    read, write = machine.read, machine.write

    def reading(address: int) -> int:
        value = read(address)
        if watched(address):
            log.append(Access(machine.cycles, machine.program_bank | machine.pc, "R", address, value))
        return value

    def writing(address: int, value: int) -> object:
        if watched(address):
            log.append(Access(machine.cycles, machine.program_bank | machine.pc, "W", address, value))
        return write(address, value)

    machine.read, machine.write = reading, writing
    return log
