"""Decimal addition and subtraction: proper digits against integers, digits above 9 against another formulation."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from datasets_app.domains.asm65816.machine.decimal import add_decimal, subtract_decimal
from tests.domains.asm65816.machine.running import machine

N, V, D, Z, C = 0x80, 0x40, 0x08, 0x02, 0x01


def bcd(number: int) -> int:
    return int(str(number), 16)


@pytest.mark.parametrize("carry", [0, 1])
def test_adding_proper_digits_is_adding_numbers(carry: int) -> None:
    for held in range(100):
        for value in range(100):
            flags = SimpleNamespace(carry=carry, overflow=0)
            total = held + value + carry
            assert add_decimal(flags, bcd(held), bcd(value), 8) == bcd(total % 100)
            assert flags.carry == total // 100


@pytest.mark.parametrize("carry", [0, 1])
def test_subtracting_proper_digits_is_subtracting_numbers(carry: int) -> None:
    for held in range(100):
        for value in range(100):
            flags = SimpleNamespace(carry=carry, overflow=0)
            total = held - value - (1 - carry)
            assert subtract_decimal(flags, bcd(held), bcd(value) ^ 0xFF, 8) == bcd(total % 100)
            assert flags.carry == (total >= 0)


@pytest.mark.parametrize("carry", [0, 1])
def test_sixteen_bits_are_four_digits(carry: int) -> None:
    for held in range(0, 10_000, 173):
        for value in range(0, 10_000, 211):
            flags = SimpleNamespace(carry=carry, overflow=0)
            assert add_decimal(flags, bcd(held), bcd(value), 16) == bcd((held + value + carry) % 10_000)
            assert flags.carry == (held + value + carry) // 10_000
            flags.carry = carry
            less = held - value - 1 + carry
            assert subtract_decimal(flags, bcd(held), bcd(value) ^ 0xFFFF, 16) == bcd(less % 10_000)
            assert flags.carry == (less >= 0)


@pytest.mark.parametrize("carry", [0, 1])
def test_every_byte_adds_as_on_the_chip_digits_above_nine_too(carry: int) -> None:
    for held in range(256):
        for value in range(256):
            flags = SimpleNamespace(carry=carry, overflow=0)
            low = (held & 15) + (value & 15) + carry
            low = (low + 6 & 15) + 16 if low > 9 else low
            total = (held & 0xF0) + (value & 0xF0) + low
            overflow = ~(held ^ value) & (held ^ total) & 0x80
            final = total + 0x60 if total > 0x9F else total
            assert add_decimal(flags, held, value, 8) == final & 0xFF
            assert (flags.carry, bool(flags.overflow)) == (final > 0xFF, bool(overflow))


@pytest.mark.parametrize("carry", [0, 1])
def test_every_byte_subtracts_as_on_the_chip_with_the_flags_of_binary(carry: int) -> None:
    for held in range(256):
        for value in range(256):
            flags = SimpleNamespace(carry=carry, overflow=0)
            binary = held - value - 1 + carry
            low = (held & 15) - (value & 15) - 1 + carry
            low = (low - 6 & 15) - 16 if low < 0 else low
            total = (held & 0xF0) - (value & 0xF0) + low
            final = total - 0x60 if total < 0 else total
            assert subtract_decimal(flags, held, value ^ 0xFF, 8) == final & 0xFF
            assert flags.carry == (binary >= 0)
            assert bool(flags.overflow) == bool((held ^ value) & (held ^ binary) & 0x80)


@pytest.mark.parametrize(
    ("code", "p", "a", "result", "flags"),
    [
        # Each line is a test of gilyon's snes-tests, or follows from one by adding the high digits.
        ("69 01", 0x30 | D | C, 0x1298, 0x1200, D | Z | C),
        ("69 10 00", 0x10 | D, 0x9990, 0x0000, D | Z | C),
        ("E9 01", 0x30 | D | C, 0xCC00, 0xCC99, D | N),
        ("E9 90", 0x30 | D | C, 0xCC10, 0xCC20, D | V),
        ("E9 F1", 0x30 | D | C, 0xCCAB, 0xCC5A, D),
        ("E9 E2 F1", 0x10 | D | C, 0xAB1D, 0x59DB, D),
    ],
)
def test_the_instructions_follow_the_flag(code: str, p: int, a: int, result: int, flags: int) -> None:
    cpu = machine(code, p=p, a=a)
    cpu.step()
    assert (cpu.a, cpu.p & 0xCF) == (result, flags)


def test_without_the_flag_the_same_bytes_add_in_binary() -> None:
    cpu = machine("69 01", p=0x31, a=0x1298)
    cpu.step()
    assert cpu.a == 0x129A
