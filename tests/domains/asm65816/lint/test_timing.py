"""Bytes of the code, and the cycles of its shortest and of its longest way."""

from __future__ import annotations

import pytest

from datasets_app.domains.asm65816.lint import examine, lint
from tests.domains.asm65816.lint.linting import placed, timed


@pytest.mark.parametrize(
    ("source", "size", "fewest", "most"),
    [
        ("CLC\nRTS", 2, 8, 8),
        ("LDA #$12\nRTS", 3, 8, 8),
        ("REP #$20\nLDA #$1234\nRTS", 6, 12, 12),
        ("LDA $12\nRTS", 3, 9, 10),
        ("LDA $1200,X\nRTS", 4, 10, 10),
        ("LDA $1234,X\nRTS", 4, 10, 11),
        ("REP #$10\nLDA $1234,X\nRTS", 6, 14, 14),
        ("INC $1234\nRTL", 4, 12, 12),
        ("REP #$20\nINC $1234\nRTL", 6, 17, 17),
        ("BRA Next\nNext:\nRTS", 3, 9, 9),
        ("PHA\nPLA\nRTI", 3, 14, 14),
    ],
)
def test_straight_code(source: str, size: int, fewest: int, most: int) -> None:
    time = timed(source)
    assert (time.bytes, time.fewest, time.most, time.why) == (size, fewest, most, "")


def test_an_unknown_width_widens_the_range() -> None:
    time = timed("PHA\nPLA\nRTS", m=None)
    assert (time.fewest, time.most) == (3 + 4 + 6, 4 + 5 + 6)


def test_an_operand_tells_its_own_width() -> None:
    time = timed("LDA #$1234\nRTS", m=None)
    assert (time.fewest, time.most) == (9, 9)


def test_branches_give_the_shortest_and_the_longest_way() -> None:
    source = "Main:\nCPX #$10\nBEQ .out\nINX\nINX\n.out:\nRTS"
    time = timed(source)
    assert (time.fewest, time.most) == (2 + 3 + 6, 2 + 2 + 4 + 6)


def test_a_loop_that_is_not_counted_has_a_shortest_way_only() -> None:
    time = timed("LDX $10\nNext:\nDEX\nBNE Next\nRTS")
    assert (time.fewest, time.most) == (3 + 2 + 2 + 6, None)
    assert time.why == "The loop through line 3 may run any number of times."


def test_code_that_never_ends_counts_up_to_its_first_repetition() -> None:
    time = timed("INX\nLoop:\nINX\nBRA Loop")
    assert (time.fewest, time.most) == (2 + 2 + 3, None)


def test_a_routine_in_sight_is_counted_with_its_call() -> None:
    time = timed("Main:\nJSR Sub\nRTL\nSub:\nINX\nRTS")
    assert (time.fewest, time.most) == (6 + 2 + 6 + 6, 6 + 2 + 6 + 6)


def test_it_is_counted_with_the_widths_of_each_call() -> None:
    time = timed("Main:\nJSR Sub\nREP #$20\nJSR Sub\nRTL\nSub:\nLDA $1234\nRTS")
    assert (time.fewest, time.most) == (16 + 3 + 17 + 6, 16 + 3 + 17 + 6)


def test_a_routine_elsewhere_counts_its_call_only() -> None:
    time = timed("INX\nJSL Elsewhere\nRTS")
    assert (time.fewest, time.most) == (2 + 8 + 6, None)
    assert time.why == "JSL in line 2 calls Elsewhere, which is not in this text."


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ("JMP ($0010)", "JMP in line 1 goes on outside this text."),
        ("WAI\nRTS", "WAI in line 1 waits for an interrupt."),
        ("COP #$00\nRTS", "COP in line 1 runs a handler that is not in this text."),
        ("PHA\nMVN $7E,$7F\nRTS", "MVN in line 2 moves a number of bytes that is not known."),
        ("Main:\nDEX\nBEQ .out\nJSR Main\n.out:\nRTS\nStart:\nJSR Main\nRTL", "The routine in line 2 calls itself."),
    ],
)
def test_what_cannot_be_bounded_is_said(source: str, why: str) -> None:
    time = timed(source)
    assert (time.most, time.why) == (None, why)


def test_a_block_move_of_known_length_is_counted() -> None:
    time = timed("REP #$30\nLDA #$00FF\nLDX #$2000\nLDY #$4000\nMVN $7E,$7F\nRTS")
    assert time.fewest == time.most == 3 + 3 + 3 + 3 + 7 * 256 + 6


def test_tables_are_followed() -> None:
    time = timed("Main:\nJMP (.table,X)\n.table:\ndw .one, .two\n.one:\nRTS\n.two:\nINX\nRTS")
    assert (time.fewest, time.most) == (6 + 6, 6 + 2 + 6)


def test_data_are_no_code() -> None:
    assert timed("RTS\ndb 1,2,3,4").bytes == 1


def test_both_can_be_had_at_once() -> None:
    assembly = placed("REP #$20\nLDA #$12\nRTS")
    assert examine(assembly, m=True, x=True) == (lint(assembly, m=True, x=True), timed("REP #$20\nLDA #$12\nRTS"))
