"""Where addresses wrap: the program counter in its bank, direct page and stack in bank 0, data not at all."""

from __future__ import annotations

import pytest

from datasets_app.domains.asm65816.machine import record_accesses
from tests.domains.asm65816.machine.running import machine

WIDE = 0x00


def loaded(code: str, memory: dict[int, int], **registers: int) -> int:
    """A after one instruction."""
    cpu = machine(code, memory=memory, **({"p": WIDE} | registers))
    cpu.step()
    return cpu.a


def test_operands_wrap_with_the_program_counter() -> None:
    cpu = machine("AD", at=0x7EFFFF, memory={0x7E0000: 0x34, 0x7E0001: 0x12, 0x7F0000: 0x99, 0x1234: 0x56})
    cpu.step()
    assert (cpu.a & 0xFF, cpu.pbr, cpu.pc) == (0x56, 0x7E, 0x0002)


def test_sixteen_bit_data_runs_on_into_the_next_bank() -> None:
    assert loaded("AD FF FF", {0x7EFFFF: 0x34, 0x7F0000: 0x12}, dbr=0x7E) == 0x1234
    assert loaded("BD FF FF", {0x7F000F: 0x34, 0x7F0010: 0x12}, dbr=0x7E, x=0x10) == 0x1234
    assert loaded("AF FF FF FF", {0xFFFFFF: 0x34, 0x000000: 0x12}) == 0x1234


def test_direct_page_and_stack_stay_in_bank_zero() -> None:
    assert loaded("A5 10", {0x00FFFF: 0x34, 0x000000: 0x12}, d=0xFFEF) == 0x1234
    assert loaded("A3 10", {0x00FFFF: 0x34, 0x000000: 0x12}, s=0xFFEF) == 0x1234
    assert loaded("B5 10", {0x00000F: 0x34, 0x000010: 0x12}, d=0xFFEF, x=0x10) == 0x1234


@pytest.mark.parametrize(("direct", "address"), [(0x0200, 0x0210), (0x0201, 0x0311)])
def test_an_indexed_direct_page_wraps_in_emulation_where_it_starts_on_a_page(direct: int, address: int) -> None:
    assert loaded("B5 F0", {address: 0x56}, e=1, d=direct, x=0x20) == 0x56


@pytest.mark.parametrize(("direct", "low", "high"), [(0x0200, 0x02FF, 0x0200), (0x0201, 0x0300, 0x0301)])
def test_a_pointer_in_the_direct_page_wraps_in_emulation_where_it_starts_on_a_page(
    direct: int, low: int, high: int
) -> None:
    assert loaded("B2 FF", {low: 0x34, high: 0x12, 0x1234: 0x56}, e=1, d=direct) == 0x56
    assert loaded("B1 FF", {low: 0x34, high: 0x12, 0x1244: 0x56}, e=1, d=direct, y=0x10) == 0x56


def test_an_indexed_pointer_in_emulation_never_leaves_the_page_of_its_low_byte() -> None:
    assert loaded("A1 EF", {0x02FF: 0x34, 0x0200: 0x12, 0x1234: 0x56}, e=1, d=0x0200, x=0x10) == 0x56
    assert loaded("A1 EE", {0x02FF: 0x34, 0x0200: 0x12, 0x1234: 0x56}, e=1, d=0x0201, x=0x10) == 0x56
    assert loaded("A1 F0", {0x0301: 0x34, 0x0302: 0x12, 0x1234: 0x56}, e=1, d=0x0201, x=0x10) == 0x56


def test_long_pointers_and_pei_run_on_out_of_the_direct_page_in_emulation() -> None:
    assert loaded("A7 FE", {0x02FE: 0x34, 0x02FF: 0x12, 0x0300: 0x7E, 0x7E1234: 0x56}, e=1, d=0x0200) == 0x56
    cpu = machine("D4 FF", e=1, d=0x0200, s=0x1FF, memory={0x02FF: 0x34, 0x0300: 0x12})
    cpu.step()
    assert (cpu.read(0x1FF), cpu.read(0x1FE)) == (0x12, 0x34)


def test_jump_pointers_wrap_in_their_bank() -> None:
    cpu = machine("6C FF FF", memory={0x00FFFF: 0x34, 0x000000: 0x12, 0x010000: 0x99})
    cpu.step()
    assert cpu.pc == 0x1234
    pointer = {0x7EFFFF: 0x34, 0x7E0000: 0x12, 0x7F0000: 0x99}
    cpu = machine("7C F0 FF", at=0x7E8000, p=WIDE, x=0x0F, dbr=0x01, memory=pointer)
    cpu.step()
    assert (cpu.pbr, cpu.pc) == (0x7E, 0x1234)


@pytest.mark.parametrize(
    ("code", "s", "written", "left"),
    [
        ("48", 0x100, [0x100], 0x1FF),
        ("20 00 90", 0x100, [0x100, 0x1FF], 0x1FE),
        ("0B", 0x100, [0x100, 0x0FF], 0x1FE),
        ("F4 34 12", 0x100, [0x100, 0x0FF], 0x1FE),
        ("62 00 00", 0x100, [0x100, 0x0FF], 0x1FE),
        ("FC 00 90", 0x100, [0x100, 0x0FF], 0x1FE),
        ("22 00 90 7E", 0x100, [0x100, 0x0FF, 0x0FE], 0x1FD),
    ],
)
def test_in_emulation_only_what_the_6502_had_wraps_its_pushes_in_page_one(
    code: str, s: int, written: list[int], left: int
) -> None:
    cpu = machine(code, e=1, s=s, a=0x11, d=0x2233)
    log = record_accesses(cpu, lambda address: address < 0x200)
    cpu.step()
    assert [access.address for access in log if access.kind == "W"] == written
    assert cpu.s == left


@pytest.mark.parametrize(
    ("code", "memory", "expected"),
    [
        ("68", {0x100: 0x56}, {"a": 0x56, "s": 0x100}),
        ("AB", {0x200: 0x56}, {"dbr": 0x56, "s": 0x100}),
        ("2B", {0x200: 0x34, 0x201: 0x12}, {"d": 0x1234, "s": 0x101}),
        ("60", {0x100: 0x33, 0x101: 0x12}, {"pc": 0x1234, "s": 0x101}),
        ("6B", {0x200: 0x33, 0x201: 0x12, 0x202: 0x7E}, {"pc": 0x1234, "pbr": 0x7E, "s": 0x102}),
        ("40", {0x100: 0x81, 0x101: 0x34, 0x102: 0x12}, {"pc": 0x1234, "p": 0xB1, "s": 0x102}),
    ],
)
def test_in_emulation_only_what_the_6502_had_wraps_its_pulls_in_page_one(
    code: str, memory: dict[int, int], expected: dict[str, int]
) -> None:
    cpu = machine(code, e=1, s=0x1FF, memory=memory)
    cpu.step()
    assert {name: getattr(cpu, name) for name in expected} == expected


def test_the_stack_wraps_in_bank_zero_in_native_mode() -> None:
    cpu = machine("F4 34 12", s=0x0000)
    cpu.step()
    assert (cpu.read(0x0000), cpu.read(0xFFFF), cpu.s) == (0x12, 0x34, 0xFFFE)


def test_block_moves_wrap_in_their_banks_and_leave_the_target_as_data_bank() -> None:
    cpu = machine("54 7F 7E", p=WIDE, a=1, x=0xFFFF, y=0xFFFE, memory={0x7EFFFF: 0x11, 0x7E0000: 0x22})
    cpu.run(2)
    assert (cpu.read(0x7FFFFE), cpu.read(0x7FFFFF)) == (0x11, 0x22)
    assert (cpu.x, cpu.y, cpu.a, cpu.dbr, cpu.pc) == (0x0001, 0x0000, 0xFFFF, 0x7F, 0x8003)


def test_block_moves_with_narrow_indexes_stay_in_page_zero() -> None:
    cpu = machine("44 7F 7E", p=0x10, a=1, x=0x00, y=0x00, memory={0x7E0000: 0x11, 0x7E00FF: 0x22})
    cpu.run(2)
    assert (cpu.read(0x7F0000), cpu.read(0x7F00FF), cpu.x, cpu.y) == (0x11, 0x22, 0xFE, 0xFE)
