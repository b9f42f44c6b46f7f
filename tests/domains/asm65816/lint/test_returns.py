"""A routine returns the way it is called."""

from __future__ import annotations

import pytest

from tests.domains.asm65816.lint.linting import found, only


@pytest.mark.parametrize(("call", "leave"), [("JSR", "RTL"), ("JSL", "RTS"), ("JSR", "RTI"), ("JSL", "RTI")])
def test_another_return_than_the_calls_is_an_error(call: str, leave: str) -> None:
    assert found(f"Main:\n{call} Sub\nRTL\nSub:\nSTZ $10\n{leave}") == [("error", 6, "return_mismatch")]


@pytest.mark.parametrize(("call", "leave"), [("JSR", "RTS"), ("JSL", "RTL")])
def test_the_return_that_fits_is_not(call: str, leave: str) -> None:
    assert found(f"Main:\n{call} Sub\nRTL\nSub:\nSTZ $10\n{leave}") == []


def test_the_message_names_both() -> None:
    remark = only("Main:\nJSL Sub\nRTL\nSub:\nRTS", "return_mismatch")
    assert remark.message == "JSL Sub in line 2 calls a routine that returns with RTS in line 5."
    assert remark.hint == "Return with RTL, or call it with JSR."


def test_a_routine_called_both_ways_is_marked_at_the_call_that_does_not_fit() -> None:
    assert found("Main:\nJSR Sub\nJSL Sub\nRTL\nSub:\nRTS") == [("error", 3, "return_mismatch")]


def test_a_return_behind_a_jump_counts_too() -> None:
    assert found("Main:\nJSR Sub\nRTL\nSub:\nBRA Tail\nTail:\nRTL") == [("error", 7, "return_mismatch")]


def test_different_returns_in_one_routine_are_a_warning() -> None:
    assert found("Main:\nBEQ .out\nRTS\n.out:\nRTL") == [("warning", 5, "return_mismatch")]
    assert found("Main:\nBEQ .out\nRTS\n.out:\nRTS") == []


def test_a_long_wrapper_around_a_short_routine_is_right() -> None:
    assert found("Long:\nJSR Short\nRTL\nShort:\nSTZ $10\nRTS") == []


def test_an_address_pushed_for_the_return_is_a_jump() -> None:
    assert found("REP #$30\nLDA.w Table,X\nPHA\nRTS\nTable:\ndw $8000") == []
    assert found("SEP #$20\nLDA $11\nPHA\nLDA $10\nPHA\nRTS") == []
    assert found("Main:\nPEA Next-1\nRTS\nNext:\nSTZ $10\nRTS") == []
    assert only("Main:\nPEA Next-1\nRTS\nNext:\nSTZ $10\nRTS", "return_jumps").severity == "note"


def test_flags_pushed_last_are_no_address() -> None:
    assert found("SEP #$20\nPHA\nPHP\nRTS") == [("error", 4, "stack_unbalanced")]


def test_a_word_that_was_merely_left_there_is_not() -> None:
    assert found("REP #$20\nPHA\nSTZ $10\nRTS") == [("error", 4, "stack_unbalanced")]
