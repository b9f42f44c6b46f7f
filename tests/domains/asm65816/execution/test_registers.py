"""The registers of a routine under test: they change, they calculate, and what was done to them is noted in order."""

from __future__ import annotations

from datasets_app.domains.asm65816.execution.registers import RecordedRegisters
from datasets_app.domains.asm65816.machine import NoisyMemory


def test_a_register_changes_and_its_accesses_are_in_order() -> None:
    registers = RecordedRegisters()
    memory = NoisyMemory({}, registers=registers)
    values = {memory.read(0x004212) for _ in range(40)}
    memory.write(0x802100, 0x0F)
    assert len(values) > 10
    assert registers.touched[0][:2] == ("R", 0x4212)
    assert registers.touched[-1] == ("W", 0x2100, 0x0F)
    assert memory.written == {}


def test_the_multiplier_and_the_divider_calculate() -> None:
    registers = RecordedRegisters()
    for address, value in ((0x4202, 12), (0x4203, 34)):
        registers.write(address, value)
    assert registers.read(0x4216) | registers.read(0x4217) << 8 == 12 * 34
    for address, value in ((0x4204, 0xE8), (0x4205, 0x03), (0x4206, 7)):
        registers.write(address, value)
    assert (registers.read(0x4214), registers.read(0x4216)) == divmod(1000, 7)
    assert registers.touched == []


def test_one_seed_gives_the_same_values_again() -> None:
    registers = RecordedRegisters(3)
    first = [registers.read(0x4218) for _ in range(5)]
    registers.reset(3)
    assert [registers.read(0x4218) for _ in range(5)] == first
    registers.reset(4)
    assert [registers.read(0x4218) for _ in range(5)] != first
