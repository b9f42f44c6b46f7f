"""A log of what a program reads and writes, for instance of the console's registers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, NamedTuple

from datasets_app.domains.asm65816.machine.machine import Machine


class Access(NamedTuple):
    """One byte read or written: the machine's cycles and 24-bit program counter as the instruction began."""

    cycle: int
    pc: int
    kind: Literal["R", "W"]
    address: int
    value: int


def is_register(address: int) -> bool:
    """Whether a 24-bit address is one of $2100-$21FF, $4016, $4017, $4200-$437F in a bank that shows registers."""
    offset = address & 0x40FFFF
    return 0x2100 <= offset < 0x2200 or 0x4200 <= offset < 0x4380 or offset in (0x4016, 0x4017)


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
