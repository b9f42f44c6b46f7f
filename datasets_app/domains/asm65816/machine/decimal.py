"""Decimal addition and subtraction of the 65816, digit by digit, as the chip does them for digits above 9 too.

V comes from the sum before its highest digit is corrected, N and Z from the corrected result. Source: bsnes, confirmed
on the console by gilyon's snes-tests; the data sheet leaves V and digits above 9 undefined.
"""

from __future__ import annotations

from typing import Protocol


class Flags(Protocol):
    """The flags that decimal arithmetic reads and sets."""

    carry: int
    overflow: int


def add_decimal(cpu: Flags, held: int, value: int, bits: int) -> int:
    """Return held + value + carry in BCD, `bits` (8 or 16) wide; sets carry and overflow."""
    carry, result, total, digit = cpu.carry, 0, 0, 0
    for shift in range(0, bits, 4):
        digit = (held >> shift & 15) + (value >> shift & 15) + carry
        total = result | digit << shift
        if digit > 9:
            digit += 6
        carry = digit >> 4 > 0
        result |= (digit & 15) << shift
    cpu.carry = int(carry)
    cpu.overflow = (held ^ total) & (value ^ total) & 1 << bits - 1
    return result


def subtract_decimal(cpu: Flags, held: int, inverted: int, bits: int) -> int:
    """Return held - value - borrow in BCD, given the inverted value, `bits` (8 or 16) wide; sets carry and overflow."""
    carry, result, total, digit = cpu.carry, 0, 0, 0
    for shift in range(0, bits, 4):
        digit = (held >> shift & 15) + (inverted >> shift & 15) + carry
        total = result | digit << shift
        carry = digit >> 4 > 0
        if not carry:
            digit -= 6
        result |= (digit & 15) << shift
    cpu.carry = int(carry)
    cpu.overflow = (held ^ total) & (inverted ^ total) & 1 << bits - 1
    return result
