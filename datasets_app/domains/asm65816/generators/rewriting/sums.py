"""Arithmetic and bits that could be shorter."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from datasets_app.domains.asm65816.generators.pool.lines import Code, Line
from datasets_app.domains.asm65816.generators.rewriting.kinds import Rewriting
from datasets_app.domains.asm65816.generators.site import (
    Site,
    immediate,
    is_memory,
    value_of,
    widths_of,
)

_USES_CARRY = {"BCC", "BCS", "ADC", "SBC", "ROL", "ROR"}


def _increment_a(code: Code) -> Iterator[Site]:
    for at, (line, (m, _)) in enumerate(zip(code, widths_of(code), strict=True)):
        if line.op in ("INC", "DEC") and line.operand == "A" and m is not None:
            set_up, add = ("CLC", "ADC") if line.op == "INC" else ("SEC", "SBC")
            yield Site(at, 1, (Line(set_up), Line(add, immediate(1, m))), (line,))


def _increment_memory(code: Code) -> Iterator[Site]:
    for at, (line, (m, _)) in enumerate(zip(code, widths_of(code), strict=True)):
        if line.op in ("INC", "DEC") and line.operand != "A" and m is not None and is_memory(line):
            load, store = Line("LDA", line.operand), Line("STA", line.operand)
            yield Site(at, 1, (load, Line(line.op, "A"), store), (line,))


def _set_bits(code: Code) -> Iterator[Site]:
    for at, line in enumerate(code[:-1]):
        second, value = code[at + 1], value_of(line)
        if line.op == "LDA" and value is not None and second.op in ("TSB", "TRB"):
            narrow = len(line.operand) == 4
            change = (
                Line("ORA", line.operand) if second.op == "TSB" else Line("AND", immediate(~value & 0xFFFF, narrow))
            )
            slow = (Line("LDA", second.operand), change, Line("STA", second.operand))
            yield Site(at, 2, slow, (line, second))


def _split_addition(code: Code) -> Iterator[Site]:
    if any(line.op == "SED" for line in code):
        return
    for at, (line, (m, _)) in enumerate(zip(code, widths_of(code), strict=True)):
        value = value_of(line)
        carries = at + 1 < len(code) and code[at + 1].op in _USES_CARRY
        if line.op == "ADC" and value and value > 1 and m is not None and code[at - 1].op == "CLC" and not carries:
            first = Line("ADC", immediate(1, m))
            yield Site(at, 1, (first, Line("CLC"), Line("ADC", immediate(value - 1, m))), (line,))


def _shift_loop(code: Code) -> Iterator[Site]:
    """Two or more equal shifts of A in a row as a counted loop."""
    at = 0
    for start, (line, (_, x)) in enumerate(zip(code, widths_of(code), strict=True)):
        if start < at or line.op not in ("ASL", "LSR") or line.operand != "A" or x is None or line.label:
            continue
        at = start
        while at < len(code) and code[at].text == line.text and (at == start or not code[at].label):
            at += 1
        if at - start >= 2:
            slow = (
                Line("LDX", immediate(at - start, x)),
                Line(line.op, "A", ".shift"),
                Line("DEX"),
                Line("BNE", ".shift"),
            )
            yield Site(start, at - start, slow, code[start:at])


def _shift_by_eight(code: Code) -> Iterator[Site]:
    for at, line in enumerate(code[:-1]):
        if line.op == "XBA" and code[at + 1].text == "AND #$00FF":
            yield Site(at, 2, (Line("LSR", "A"),) * 8, (line, code[at + 1]))


def _known_carry(code: Code) -> Iterator[Site]:
    """Behind BCC the carry is set, behind BCS it is clear, where the branch is not taken."""
    for at, line in enumerate(code[:-1]):
        if line.op in ("BCC", "BCS") and not code[at + 1].label:
            yield Site(at, 1, (replace(line, label=""), Line("SEC" if line.op == "BCC" else "CLC")), (line,))


REWRITINGS = (
    Rewriting(
        "increment_a",
        _increment_a,
        (
            "{fast} replaces {slow}: one byte and no carry to prepare.",
            "Adding or subtracting one takes a single {fast}.",
        ),
    ),
    Rewriting(
        "increment_memory",
        _increment_memory,
        (
            "{fast} changes the memory in place, without A.",
            "Load, change and store become one instruction, {fast}.",
        ),
    ),
    Rewriting(
        "set_bits",
        _set_bits,
        ("{fast} set or clear the bit in memory directly; no load and no store is left.",),
    ),
    Rewriting(
        "split_addition",
        _split_addition,
        ("The two constants are added up beforehand: {fast} alone.", "One addition, {fast}, does the work of two."),
    ),
    Rewriting(
        "shift_loop",
        _shift_loop,
        (
            "The loop around the shift is written out: {fast}. It needs no counter any more.",
            "For so few shifts a loop costs more than the shifts themselves, so they stand in a row.",
        ),
    ),
    Rewriting(
        "shift_by_eight",
        _shift_by_eight,
        ("Eight shifts to the right are {fast}: the high byte moves down in one step.",),
    ),
    Rewriting(
        "known_carry",
        _known_carry,
        ("Where {fast} is not taken, the carry is known; the instruction that set it again goes.",),
    ),
)
