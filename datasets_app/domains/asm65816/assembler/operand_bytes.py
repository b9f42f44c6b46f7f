"""The bytes of an operand: of a value, of a branch, of the banks of MVN and MVP."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from datasets_app.domains.asm65816.assembler import numbers
from datasets_app.domains.asm65816.assembler.problem import Problem
from datasets_app.domains.asm65816.opcodes import Mode, Opcode

if TYPE_CHECKING:
    from datasets_app.domains.asm65816.assembler.session import Session

Finish = Callable[["Session", Opcode, int, float, str], tuple[int, bytes]]
"""Makes what an operand comes to, and its bytes, of their number, the value and its text."""


def value_bytes(session: Session, opcode: Opcode, size: int, value: float, text: str) -> tuple[int, bytes]:
    """Return a value's low bytes, with a remark where that is not all of it."""
    whole = numbers.clamped(value)
    limit = 1 << 8 * size
    if not session.found and not -(limit >> 1) <= whole < limit:
        if size == 2 and 0 <= whole <= 0xFFFFFF and opcode.mode not in (Mode.IMMEDIATE_M, Mode.IMMEDIATE_X):
            session.report.say(
                "note", "bank_dropped", f"The bank of {text} is left out; the data bank takes its place."
            )
        else:
            warn_truncated(session, text, limit)
    low = whole % limit
    return (whole if 0 <= whole < 1 << 32 else low), low.to_bytes(size, "little")


def warn_truncated(session: Session, text: str, limit: int) -> None:
    """Warn of a value that is not below `limit`."""
    session.report.warning(
        "truncated",
        f"{text} does not fit {(limit.bit_length() - 1) // 8 * 8} bits; asar keeps the low ones without a word.",
        "Write the value that is meant, with as many digits as it is wide.",
        text,
    )


def branch_bytes(session: Session, opcode: Opcode, size: int, value: float, text: str) -> tuple[int, bytes]:
    """Return the address that a branch leads to, and the distance; raises Problem where it does not reach."""
    after = (session.place.pc & 0xFFFFFF) + 1 + size
    half, whole = 1 << (8 * size - 1), 1 << 8 * size
    if session.stubbed:
        distance = -1 - size
    elif session.found:
        distance = numbers.clamped(value) - after
        if not -half <= distance < half:
            raise Problem(
                "branch_out_of_range",
                f"{text} is {abs(distance)} bytes {'back' if distance < 0 else 'ahead'}; "
                f"{opcode.mnemonic} reaches {half} back and {half - 1} ahead.",
                "Use JMP or BRL, or turn the branch around a jump.",
                text,
            )
    else:
        distance = _raw_distance(session, opcode, numbers.clamped(value), half, text)
    return after + distance, (distance % whole).to_bytes(size, "little")


def _raw_distance(session: Session, opcode: Opcode, number: int, half: int, text: str) -> int:
    session.report.warning(
        "raw_branch",
        f"asar takes the number {text} for the distance itself, not for an address.",
        f"Branch to a label: {opcode.mnemonic} .loop",
        text,
    )
    if not -half <= number < 2 * half:
        warn_truncated(session, text, 2 * half)
    return (number + half) % (2 * half) - half


def block_bytes(_: Session, __: Opcode, size: int, value: float, ___: str) -> tuple[int, bytes]:
    """Return the two banks, the first one high, and as bytes."""
    data = (numbers.int64(value) & 0xFFFF).to_bytes(size, "little")
    return data[0] << 8 | data[1], data
