"""Running: how long, how far, and why it ended."""

from __future__ import annotations

from datasets_app.domains.asm65816.machine import Ended, Machine, SparseMemory, State, restore_state, save_state
from tests.domains.asm65816.machine.running import machine

LOOP = "E8 80 FD"


def test_an_endless_loop_ends_at_the_limit() -> None:
    cpu = machine(LOOP)
    assert cpu.run(1000) == Ended("limit", 1000, 2500)
    assert cpu.cycles == 2500


def test_a_run_ends_at_an_address_or_at_one_of_several() -> None:
    assert machine("E8 E8 E8" + LOOP).run(1000, until=0x8002) == ("until", 2, 4)
    assert machine("E8 E8 E8" + LOOP).run(1000, until={0x9000, 0x8003}) == ("until", 3, 6)


def test_an_address_counts_in_its_bank_only() -> None:
    assert machine(LOOP).run(10, until=0x7E8001).reason == "limit"


def test_the_first_instruction_runs_even_at_the_address() -> None:
    assert machine(LOOP).run(1000, until=0x8000) == ("until", 2, 5)


def test_a_limit_of_zero_runs_nothing() -> None:
    cpu = machine("E8")
    assert (cpu.run(0), cpu.pc) == (("limit", 0, 0), 0x8000)


def test_steps_and_a_run_come_to_the_same() -> None:
    stepped, ran = (machine("A9 10 18 69 25 85 10 C2 30 A5 10 3A D0 FD EA", a=0x1234) for _ in range(2))
    assert sum(stepped.step() for _ in range(30)) == ran.run(30).cycles
    for name in ("a", "x", "y", "s", "d", "p", "pc", "pbr", "dbr", "e", "cycles"):
        assert getattr(stepped, name) == getattr(ran, name), name


def test_a_saved_state_begins_again() -> None:
    cpu = machine("E8 C2 30 A9 34 12 DB", x=0x12, d=0x3456, dbr=0x7E)
    begin = save_state(cpu)
    assert begin == State(x=0x12, d=0x3456, dbr=0x7E, pc=0x8000)
    first = cpu.run(10), save_state(cpu)
    restore_state(cpu, begin)
    assert (save_state(cpu), cpu.stopped, cpu.cycles) == (begin, False, 0)
    assert (cpu.run(10), save_state(cpu)) == first


def test_any_object_that_reads_and_writes_is_a_bus() -> None:
    class Rom:
        def __init__(self) -> None:
            self.writes: list[tuple[int, int]] = []

        def read(self, address: int) -> int:
            return {0x8000: 0x8D, 0x8001: 0x00, 0x8002: 0x21}.get(address, 0xEA)

        def write(self, address: int, value: int) -> None:
            self.writes.append((address, value))

    rom = Rom()
    cpu = Machine(rom)
    cpu.a, cpu.pc = 0x8F, 0x8000
    cpu.step()
    assert rom.writes == [(0x2100, 0x8F)]


def test_sparse_memory_is_zero_where_nothing_was_written() -> None:
    memory = SparseMemory()
    memory.load(0x7EFFFF, b"\x01\x02")
    assert [memory.read(at) for at in (0x7EFFFE, 0x7EFFFF, 0x7E0000, 0x7F0000)] == [0, 1, 2, 0]
