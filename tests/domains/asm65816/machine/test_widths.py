"""The widths of the registers: what e, m and x force, and what is kept or lost when they change."""

from __future__ import annotations

import pytest

from datasets_app.domains.asm65816.machine import Machine
from tests.domains.asm65816.machine.running import machine


def test_a_machine_comes_up_as_after_a_reset() -> None:
    cpu = Machine()
    assert (cpu.e, cpu.p, cpu.s >> 8, cpu.d, cpu.dbr, cpu.pbr) == (True, 0x34, 1, 0, 0, 0)


@pytest.mark.parametrize("order", [("x", "y", "s", "p", "e"), ("e", "p", "s", "y", "x")])
def test_registers_can_be_set_in_any_order(order: tuple[str, ...]) -> None:
    values = {"x": 0x1234, "y": 0x5678, "s": 0x1FEF, "p": 0x00, "e": 0}
    cpu = Machine()
    for name in order:
        setattr(cpu, name, values[name])
    cpu.step()
    assert (cpu.x, cpu.y, cpu.s, cpu.p, cpu.e) == (0x1234, 0x5678, 0x1FEF - 4, 0x04, 0)


def test_emulation_forces_widths_stack_page_and_index_high_bytes() -> None:
    cpu = machine("EA", e=1, p=0x00, s=0x1234, x=0x5678, y=0x9ABC)
    cpu.step()
    assert (cpu.p, cpu.s, cpu.x, cpu.y) == (0x30, 0x134, 0x78, 0xBC)


@pytest.mark.parametrize("code", ["E2 10", "28"])
def test_narrow_indexes_lose_their_high_bytes_for_good(code: str) -> None:
    cpu = machine(code + "C2 30", p=0x00, x=0x1234, y=0x5678, s=0x1F0, memory={0x1F1: 0x10})
    cpu.run(2)
    assert (cpu.x, cpu.y, cpu.p) == (0x34, 0x78, 0x00)


def test_a_narrow_accumulator_keeps_its_high_byte() -> None:
    cpu = machine("E2 20 A9 FF C2 20", p=0x00, a=0x1234)
    cpu.run(3)
    assert cpu.a == 0x12FF


def test_the_next_immediate_is_as_wide_as_the_flags_say() -> None:
    cpu = machine("C2 20 A9 34 12 E2 20 A9 56 EA")
    cpu.run(4)
    assert (cpu.a, cpu.pc) == (0x1256, 0x8009)


def test_xce_to_emulation_and_back_leaves_narrow_registers_and_page_one() -> None:
    cpu = machine("38 FB 18 FB", p=0x00, x=0x1234, s=0x1FEF)
    cpu.run(2)
    assert (cpu.e, cpu.p, cpu.x, cpu.s) == (True, 0x30, 0x34, 0x1EF)
    cpu.run(2)
    assert (cpu.e, cpu.p) == (False, 0x31)


def test_emulation_does_not_let_rep_widen() -> None:
    cpu = machine("C2 FF A9 12 EA", e=1)
    cpu.run(2)
    assert (cpu.p & 0x30, cpu.pc) == (0x30, 0x8004)


@pytest.mark.parametrize(
    ("code", "p", "expected"),
    [
        ("AA", 0x20, {"x": 0xABCD}),
        ("AA", 0x10, {"x": 0xCD}),
        ("8A", 0x20, {"a": 0xAB34}),
        ("8A", 0x00, {"a": 0x1234}),
        ("8A", 0x10, {"a": 0x0034}),
        ("3B", 0x30, {"a": 0x1FEF}),
        ("BA", 0x30, {"x": 0xEF}),
        ("5B", 0x30, {"d": 0xABCD}),
        ("1B", 0x30, {"s": 0xABCD}),
    ],
)
def test_a_transfer_is_as_wide_as_its_target(code: str, p: int, expected: dict[str, int]) -> None:
    cpu = machine(code, p=p, a=0xABCD, x=0x1234, s=0x1FEF)
    cpu.step()
    assert {name: getattr(cpu, name) for name in expected} == expected


@pytest.mark.parametrize(("code", "x"), [("A900 EB A910 AA", 0x0010), ("A910 EB A900 AA", 0x1000)])
def test_xba_makes_the_byte_loaded_before_it_the_high_one(code: str, x: int) -> None:
    cpu = machine(code, p=0x20)
    cpu.run(4)
    assert cpu.x == x


@pytest.mark.parametrize(("a", "flags"), [(0x80FF, 0x80), (0x00FF, 0x02), (0x7F80, 0x00)])
def test_xba_sets_the_flags_from_the_new_low_byte(a: int, flags: int) -> None:
    cpu = machine("EB", p=0x00, a=a)
    cpu.step()
    assert cpu.p == flags
