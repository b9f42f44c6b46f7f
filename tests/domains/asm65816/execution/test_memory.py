"""The memory of a routine under test: repeatable noise, mirrors, registers that change, a record."""

from __future__ import annotations

from datasets_app.domains.asm65816.execution.memory import NoisyMemory


def test_one_seed_is_one_memory_and_another_is_another() -> None:
    first, second = NoisyMemory({}), NoisyMemory({})
    first.reset(7)
    second.reset(7)
    places = range(0x7E2000, 0x7E2100)
    assert [first.read(at) for at in places] == [second.read(at) for at in places]
    second.reset(8)
    assert [first.read(at) for at in places] != [second.read(at) for at in places]


def test_low_work_ram_is_one_memory_in_every_bank_that_shows_it() -> None:
    memory = NoisyMemory({})
    memory.write(0x7E0010, 0x42)
    assert [memory.read(at) for at in (0x000010, 0x3F0010, 0x800010, 0x7E0010)] == [0x42] * 4
    assert memory.read(0x7F0010) != 0x42 or memory.read(0x7F0011) != 0x42


def test_a_register_changes_and_its_accesses_are_in_order() -> None:
    memory = NoisyMemory({})
    values = {memory.read(0x004212) for _ in range(40)}
    memory.write(0x802100, 0x0F)
    assert len(values) > 10
    assert memory.hardware[0][:2] == ("R", 0x4212)
    assert memory.hardware[-1] == ("W", 0x2100, 0x0F)
    assert memory.written == {}


def test_the_multiplier_and_the_divider_calculate() -> None:
    memory = NoisyMemory({})
    for address, value in ((0x4202, 12), (0x4203, 34)):
        memory.write(address, value)
    assert memory.read(0x4216) | memory.read(0x4217) << 8 == 12 * 34
    for address, value in ((0x4204, 0xE8), (0x4205, 0x03), (0x4206, 7)):
        memory.write(address, value)
    assert (memory.read(0x4214), memory.read(0x4216)) == divmod(1000, 7)
    assert memory.hardware == []


def test_only_bytes_that_differ_from_before_are_changed() -> None:
    memory = NoisyMemory({0x8000: 0xEA})
    memory.reset(3, {0x7E0010: 5})
    before = memory.read(0x7E4000)
    memory.write(0x7E4000, before)
    memory.write(0x000010, 5)
    memory.write(0x7E4001, memory.read(0x7E4001) ^ 1)
    assert list(memory.changed()) == [0x7E4001]


def test_edges_are_a_quarter_of_the_noise() -> None:
    memory = NoisyMemory({}, edges=(0xAB,))
    share = sum(memory.read(0x7E3000 + at) == 0xAB for at in range(4096)) / 4096
    assert 0.2 < share < 0.3


def test_reset_forgets_everything_but_the_image() -> None:
    memory = NoisyMemory({0x8000: 0xEA})
    memory.write(0x8000, 0x60)
    memory.write(0x7E0000, 1)
    memory.reset(0)
    assert memory.read(0x8000) == 0xEA
    assert memory.written == {}
