"""What tests of the machine need: code in memory and a machine in front of it."""

from __future__ import annotations

from datasets_app.domains.asm65816.machine import Machine, SnesBus, SparseMemory

ORIGIN = 0x008000


def machine(code: str = "", *, at: int = ORIGIN, memory: dict[int, int] | None = None, **registers: int) -> Machine:
    """A machine on sparse memory with this code in hexadecimal and these bytes; native, 8-bit unless told otherwise."""
    held = SparseMemory()
    held.load(at, bytes.fromhex(code))
    held.cells.update(memory or {})
    return _set(Machine(held), at, registers)


def console(code: str = "", *, at: int = ORIGIN, **registers: int) -> tuple[Machine, SnesBus]:
    """The same on a console's bus."""
    bus = SnesBus()
    bus.load(at, bytes.fromhex(code))
    return _set(Machine(bus), at, registers), bus


def _set(cpu: Machine, at: int, registers: dict[str, int]) -> Machine:
    cpu.e, cpu.p, cpu.pbr, cpu.pc = False, 0x30, at >> 16, at & 0xFFFF
    for name, value in registers.items():
        setattr(cpu, name, value)
    return cpu
