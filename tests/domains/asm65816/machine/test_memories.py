"""Memory full of noise for comparing two routines, and the log of what a machine does to registers."""

from __future__ import annotations

from datasets_app.domains.asm65816.machine import Access, Machine, NoisyMemory, record_accesses
from datasets_app.domains.asm65816.machine.memory import noise, placed
from tests.domains.asm65816.machine.running import machine


def test_unread_bytes_depend_on_seed_and_address_only() -> None:
    first, second, other = NoisyMemory({}, 7), NoisyMemory({}, 7), NoisyMemory({}, 8)
    addresses = range(0x7E2000, 0x7E2100)
    second.read(0x123456)
    seen = [[memory.read(at) for at in addresses] for memory in (first, second, other)]
    assert seen[0] == seen[1] == [noise(7, at) for at in addresses]
    assert seen[0] != seen[2]


def test_noise_has_every_byte_about_equally_often() -> None:
    counts = [0] * 256
    for seed in range(16):
        for address in range(0x7E0000, 0x7E1000):
            counts[noise(seed, address)] += 1
    # 65,536 draws into 256 cells: 256 each, with a standard deviation of 16.
    assert 176 < min(counts) <= max(counts) < 336


def test_what_is_written_is_read_back_and_noted_until_the_reset() -> None:
    memory = NoisyMemory(placed(0x8000, b"\xea"), 1)
    before = memory.read(0x7E2000)
    memory.write(0x7E2000, before ^ 0xFF)
    assert (memory.read(0x7E2000), memory.written) == (before ^ 0xFF, {0x7E2000: before ^ 0xFF})
    memory.reset(1)
    assert (memory.read(0x7E2000), memory.read(0x8000), memory.written) == (before, 0xEA, {})


def test_a_state_can_begin_with_bytes_of_its_own() -> None:
    memory = NoisyMemory({}, 1)
    memory.reset(1, {0x7E0010: 0x55})
    assert (memory.read(0x10), memory.written) == (0x55, {})


def test_low_work_ram_and_registers_are_one_in_all_their_banks() -> None:
    memory = NoisyMemory({}, 1)
    for address, value in ((0x7E0010, 1), (0x802100, 2), (0x3F1FFF, 3)):
        memory.write(address, value)
    assert [memory.read(at) for at in (0x000010, 0x800010, 0x002100, 0x7E1FFF, 0x001FFF)] == [1, 1, 2, 3, 3]
    assert memory.written == {0x0010: 1, 0x2100: 2, 0x1FFF: 3}


def test_the_cartridge_repeats_in_the_upper_banks() -> None:
    memory = NoisyMemory(placed(0x808000, b"\x01"), 1)
    assert (memory.read(0x008000), memory.read(0x808000), memory.read(0xC00000)) == (1, 1, memory.read(0x400000))
    memory.write(0x008000, 2)
    memory.write(0xC00000, 3)
    assert [memory.read(at) for at in (0x808000, 0x008000, 0x400000, 0xC00000)] == [2, 2, 3, 3]
    assert memory.written == {0x008000: 2, 0x400000: 3}


def test_other_banks_are_memory_of_their_own() -> None:
    memory = NoisyMemory({}, 1)
    for address in (0x7E2100, 0x7F0010, 0x400010, 0x018000, 0xFE0010):
        memory.write(address, address >> 16)
    assert sorted(memory.written) == [0x018000, 0x400010, 0x7E2100, 0x7F0010, 0xFE0010]


def test_only_bytes_that_differ_from_before_are_changed() -> None:
    memory = NoisyMemory({0x8000: 0xEA}, 3)
    memory.reset(3, {0x7E0010: 5})
    memory.write(0x7E4000, memory.read(0x7E4000))
    memory.write(0x000010, 5)
    memory.write(0x7E4001, memory.read(0x7E4001) ^ 1)
    assert list(memory.changed()) == [0x7E4001]


def test_edges_are_a_quarter_of_the_noise() -> None:
    memory = NoisyMemory({}, edges=(0xAB,))
    share = sum(memory.read(0x7E3000 + at) == 0xAB for at in range(4096)) / 4096
    assert 0.2 < share < 0.3


def test_two_routines_on_the_same_seed_can_be_compared() -> None:
    slow, fast = (placed(0x8000, bytes.fromhex(code)) for code in ("A9 00 8D 10 00 DB", "64 10 DB"))
    outcomes = []
    for image in (slow, fast):
        memory = NoisyMemory(image, 3)
        cpu = Machine(memory)
        cpu.e, cpu.p, cpu.pc, cpu.dbr = False, 0x30, 0x8000, 0x7E
        assert cpu.run(10).reason == "stopped"
        outcomes.append(memory.written)
    assert outcomes == [{0x10: 0}, {0x10: 0}]


def test_the_log_says_when_and_where_registers_were_touched() -> None:
    cpu = machine("A9 8F 8D 00 21 AD 12 42 8D 00 20")
    log = record_accesses(cpu)
    cpu.run(4)
    assert log == [Access(2, 0x8002, "W", 0x2100, 0x8F), Access(6, 0x8005, "R", 0x4212, 0x00)]


def test_the_log_takes_other_addresses_when_told_so() -> None:
    cpu = machine("8D 00 20", a=0x55)
    log = record_accesses(cpu, lambda address: address == 0x2000)
    cpu.step()
    assert log == [Access(0, 0x8000, "W", 0x2000, 0x55)]
