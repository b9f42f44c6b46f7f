"""Faults with register widths: REP and SEP, and an accumulator that is wider or narrower than meant."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from datasets_app.domains.asm65816.generators.bugs.kinds import Bug, changed, dropped, swapped
from datasets_app.domains.asm65816.generators.pool.lines import Code, Line
from datasets_app.domains.asm65816.generators.site import Site, labelled, widths_of

_MODES = ("REP", "SEP")


def _is_handler(code: Code) -> bool:
    return code[-1].op == "RTI"


def _missing(code: Code) -> Iterator[Site]:
    for at, line in enumerate(code):
        if line.op in _MODES and not _is_handler(code):
            yield dropped(code, at)


def _turned_round(code: Code) -> Iterator[Site]:
    for at, line in enumerate(code):
        if line.op in _MODES and not _is_handler(code):
            yield changed(code, at, replace(line, op="SEP" if line.op == "REP" else "REP", comment=""))


def _wrong_bit(code: Code) -> Iterator[Site]:
    others = {"#$20": "#$10", "#$10": "#$20", "#$30": "#$20"}
    for at, line in enumerate(code):
        if line.op in _MODES and line.operand in others and not _is_handler(code):
            yield changed(code, at, replace(line, operand=others[line.operand], comment=""))


def _no_mask(code: Code) -> Iterator[Site]:
    for at, line in enumerate(code):
        if line.text == "AND #$00FF":
            yield dropped(code, at)


def _stale_high_byte(code: Code) -> Iterator[Site]:
    for at, line in enumerate(code[:-1]):
        if line.text == "LDA #$00" and code[at + 1].op == "XBA":
            yield Site(at, 2, (), (line, code[at + 1]))


def _narrow_store(code: Code) -> Iterator[Site]:
    """SEP #$20 before the store that it should follow."""
    for at, line in enumerate(code[:-1]):
        if line.op == "STA" and code[at + 1].text == "SEP #$20" and widths_of(code)[at][0] is False:
            site = swapped(code, at)
            if site:
                yield site


def _wide_byte(code: Code) -> Iterator[Site]:
    """A byte is handled with a 16-bit accumulator, which takes its neighbour along."""
    widths = widths_of(code)
    for at, line in enumerate(code):
        if line.op == "SEP" and line.operand == "#$20" and at + 2 < len(code) and widths[at][0] is not False:
            following = code[at + 1 :]
            if not any(one.operand.startswith("#") for one in following) and following[-1].op == "RTS":
                end = Line("SEP", "#$20")
                last = len(code) - 1
                tail = tuple(labelled(code[last].label, (end, replace(code[last], label=""))))
                yield Site(at, 1, (replace(line, op="REP", comment=""),), (line,), ((last, tail),))


BUGS = (
    Bug(
        "missing_mode",
        "mode_mismatch",
        _missing,
        (
            "{better} is missing. Without it the registers keep another width, and the "
            "operands behind are read with the wrong number of"
            " bytes or only half of a value is moved.",
            "The code is written for the width that {better} sets, but nothing sets it.",
        ),
    ),
    Bug(
        "rep_for_sep",
        "mode_mismatch",
        _turned_round,
        (
            "{worse} in line {row} has to be {better}: REP clears the bits it names, "
            "which makes registers 16 bits wide, and SEP sets them"
            " for 8 bits.",
            "REP and SEP are mixed up: {worse} stands where {better} is meant.",
        ),
    ),
    Bug(
        "wrong_mode_bit",
        "mode_mismatch",
        _wrong_bit,
        (
            "{worse} in line {row} changes the wrong register: bit 5 ($20) is the "
            "accumulator's width, bit 4 ($10) that of X and Y. It has to"
            " be {better}.",
            "The operand of {worse} names the wrong bits; the code needs {better}.",
        ),
    ),
    Bug(
        "no_mask",
        "accumulator_size",
        _no_mask,
        (
            "The value is one byte, but A is 16 bits wide and loads the next byte with it. {better} is missing.",
            "Without {better} the neighbouring byte stays in the high half of A.",
        ),
    ),
    Bug(
        "stale_high_byte",
        "accumulator_size",
        _stale_high_byte,
        (
            "An 8-bit load leaves the high byte of A as it was, and a 16-bit "
            "instruction then uses it. {better} have to clear it first.",
        ),
    ),
    Bug(
        "narrow_store",
        "accumulator_size",
        _narrow_store,
        (
            "A is switched to 8 bits before the result is stored, so only its "
            "low byte arrives. The store has to come first.",
            "The order is wrong: {worse}. The 16-bit result must be stored while A is still 16 bits wide.",
        ),
    ),
    Bug(
        "wide_byte",
        "accumulator_size",
        _wide_byte,
        (
            "The variable is a byte, but {worse} makes A 16 bits wide, so the "
            "byte behind it is read and written as well.",
            "With {worse} every access moves two bytes; the code is meant for one. It needs {better}.",
        ),
    ),
)
