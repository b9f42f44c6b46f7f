"""How many CPU cycles an instruction takes; the figures are those of the W65C816S data sheet."""

from __future__ import annotations

import pytest

from datasets_app.domains.asm65816.machine import record_accesses
from datasets_app.domains.asm65816.opcodes import Mode, all_opcodes
from tests.domains.asm65816.machine.running import machine

NATIVE8, A16, X16, NATIVE16 = 0x30, 0x10, 0x20, 0x00


@pytest.mark.parametrize(
    ("code", "registers", "cycles"),
    [
        ("A9 12", {"p": NATIVE8}, 2),
        ("A9 12 34", {"p": A16}, 3),
        ("A5 10", {"p": NATIVE8}, 3),
        ("A5 10", {"p": NATIVE8, "d": 0x0001}, 4),
        ("A5 10", {"p": A16, "d": 0x0001}, 5),
        ("BD 00 10", {"p": NATIVE8, "x": 0x10}, 4),
        ("BD F8 10", {"p": NATIVE8, "x": 0x10}, 5),
        ("BD 00 10", {"p": X16, "x": 0x10}, 5),
        ("BD 00 10", {"p": NATIVE16, "x": 0x10}, 6),
        ("9D 00 10", {"p": NATIVE8}, 5),
        ("9D 00 10", {"p": NATIVE16}, 6),
        ("B1 10", {"p": NATIVE8, "y": 0xFF, "d": 1}, 6),
        ("91 10", {"p": NATIVE8, "y": 0xFF}, 6),
        ("B7 10", {"p": A16}, 7),
        ("AF 00 00 7E", {"p": A16}, 6),
        ("E6 10", {"p": NATIVE8}, 5),
        ("E6 10", {"p": A16}, 7),
        ("FE 00 10", {"p": A16}, 9),
        ("0A", {"p": A16}, 2),
        ("EB", {}, 3),
        ("48", {"p": A16}, 4),
        ("FA", {"p": NATIVE8}, 4),
        ("FA", {"p": X16}, 5),
        ("F4 34 12", {}, 5),
        ("D4 10", {}, 6),
        ("D4 10", {"d": 1}, 7),
        ("62 00 00", {}, 6),
        ("20 00 90", {}, 6),
        ("FC 00 90", {}, 8),
        ("22 00 90 7E", {}, 8),
        ("60", {}, 6),
        ("6B", {}, 6),
        ("40", {}, 7),
        ("40", {"e": 1}, 6),
        ("6C 00 90", {}, 5),
        ("7C 00 90", {}, 6),
        ("DC 00 90", {}, 6),
        ("82 00 10", {}, 4),
        ("00 00", {}, 8),
        ("00 00", {"e": 1}, 7),
        ("02 00", {}, 8),
        ("C2 30", {}, 3),
        ("54 7E 7E", {"a": 5, "p": NATIVE16}, 7),
        ("CB", {}, 3),
        ("DB", {}, 3),
        ("42 00", {}, 2),
    ],
)
def test_known_cycles(code: str, registers: dict[str, int], cycles: int) -> None:
    cpu = machine(code, memory=None, **registers)
    assert cpu.step() == cycles == cpu.cycles


@pytest.mark.parametrize(
    ("at", "offset", "emulation", "cycles"),
    [(0x8000, "10", 0, 3), (0x80F0, "7F", 0, 3), (0x80F0, "7F", 1, 4), (0x8080, "80", 1, 3), (0x8000, "80", 1, 4)],
)
def test_a_taken_branch_costs_one_and_one_more_across_a_page_in_emulation(
    at: int, offset: str, emulation: int, cycles: int
) -> None:
    taken = machine("D0" + offset, at=at, e=emulation)
    assert taken.step() == cycles
    assert machine("D0" + offset, at=at, e=emulation, p=0x32).step() == 2
    assert machine("80" + offset, at=at, e=emulation).step() == cycles


@pytest.mark.parametrize("p", [NATIVE16, A16, X16, NATIVE8])
@pytest.mark.parametrize("direct", [0x0000, 0x0001])
def test_every_opcode_takes_what_the_table_says(p: int, direct: int) -> None:
    for opcode in (opcode for opcode in all_opcodes() if opcode.mode != Mode.RELATIVE_8):
        # Zeros as operand and as index cross no page.
        cpu = machine(f"{opcode.code:02X} 00 00 00", p=p, d=direct)
        expected = opcode.cycles_with(m=p & 0x20 > 0, x=p & 0x10 > 0, direct_unaligned=bool(direct))
        assert cpu.step() == expected, opcode


@pytest.mark.parametrize("p", [NATIVE16, NATIVE8])
def test_no_instruction_touches_memory_more_often_than_it_has_cycles(p: int) -> None:
    for opcode in all_opcodes():
        cpu = machine(f"{opcode.code:02X} 00 00 00", p=p)
        log = record_accesses(cpu, lambda address: True)
        assert len(log) <= cpu.step(), opcode
