"""A run, instruction by instruction: the registers after each, and what it read and wrote."""

from __future__ import annotations

from dataclasses import dataclass

from datasets_app.domains.asm65816.execution.running import Runner
from datasets_app.domains.asm65816.execution.state import State


@dataclass(frozen=True, slots=True)
class Step:
    """One instruction: its 24-bit address, the registers after it, its cycles, the data bytes read and written.

    Bytes of the code itself are not among those read.
    """

    address: int
    a: int
    x: int
    y: int
    s: int
    d: int
    dbr: int
    p: int
    cycles: int
    read: tuple[tuple[int, int], ...]
    written: tuple[tuple[int, int], ...]


def trace(runner: Runner, state: State, limit: int) -> list[Step] | None:
    """Return the steps of a run from a state up to its end; None where it takes more than `limit`."""
    machine, program = runner.machine, runner.program
    runner.begin(state)
    read, write, cells = machine.read, machine.write, program.cells
    loads: list[tuple[int, int]] = []
    stores: list[tuple[int, int]] = []

    def reading(address: int) -> int:
        value = read(address)
        if address not in cells:
            loads.append((address, value))
        return value

    def writing(address: int, value: int) -> object:
        stores.append((address, value))
        return write(address, value)

    machine.read, machine.write = reading, writing
    steps: list[Step] = []
    try:
        while len(steps) < limit:
            at = machine.program_bank | machine.pc
            cycles = machine.step()
            registers = (machine.a, machine.x, machine.y, machine.s, machine.d, machine.dbr, machine.p)
            steps.append(Step(at, *registers, cycles, tuple(loads), tuple(stores)))
            loads.clear()
            stores.clear()
            if machine.program_bank | machine.pc in program.stops:
                return steps
    finally:
        machine.read, machine.write = read, write
    return None
