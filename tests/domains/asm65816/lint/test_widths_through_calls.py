"""Routines are looked at with the widths of their callers, and callers go on with what routines leave."""

from __future__ import annotations

from tests.domains.asm65816.lint.linting import found, only


def test_what_a_routine_sets_holds_behind_the_call() -> None:
    assert found("Main:\nREP #$20\nJSR Sub\nLDA #$12\nRTL\nSub:\nSEP #$20\nRTS") == []
    assert found("Main:\nREP #$20\nJSR Sub\nLDA #$1234\nRTL\nSub:\nSEP #$20\nRTS") == [("error", 4, "width_mismatch")]


def test_a_routine_that_saves_the_flags_leaves_the_callers_widths() -> None:
    routine = "Sub:\nPHP\nSEP #$30\nLDA #$12\nPLP\nRTS"
    assert found(f"Main:\nREP #$20\nJSR Sub\nLDA #$1234\nRTL\n{routine}") == []


def test_a_routine_is_entered_as_wide_as_its_caller_is() -> None:
    assert found("Main:\nREP #$20\nJSR Sub\nRTL\nSub:\nLDA #$12\nRTS") == [("error", 6, "width_mismatch")]
    assert found("Main:\nREP #$20\nJSR Sub\nRTL\nSub:\nLDA #$1234\nRTS") == []


def test_the_message_names_the_call() -> None:
    remark = only("Main:\nREP #$20\nJSR Sub\nRTL\nSub:\nLDA #$12\nRTS", "width_mismatch")
    assert "REP #$20 in line 2 (called in line 3)" in remark.message


def test_each_caller_is_judged_by_itself() -> None:
    both = "Main:\nREP #$20\nJSR Sub\nLDA #$1234\nSEP #$20\nJSR Sub\nLDA #$12\nRTL\nSub:\nINC $10\nRTS"
    assert found(both) == []
    assert found(both.replace("INC $10", "LDA #$12")) == [("error", 10, "width_mismatch")]


def test_a_routine_that_leaves_two_widths_leaves_a_doubt() -> None:
    routine = "Sub:\nSEP #$20\nBEQ .out\nREP #$20\n.out:\nRTS"
    assert found(f"Main:\nJSR Sub\nLDA #$12\nRTL\n{routine}") == [("warning", 3, "width_unknown")]


def test_a_routine_elsewhere_is_taken_to_restore_the_widths() -> None:
    assert found("SEP #$20\nJSL Elsewhere\nLDA #$12\nRTS") == []


def test_that_it_did_not_is_only_likely_wrong() -> None:
    assert found("SEP #$20\nJSL Elsewhere\nLDA #$1234\nLDA #$5678\nRTS") == [("warning", 3, "width_mismatch")]


def test_recursion_ends() -> None:
    assert found("Main:\nSEP #$20\nDEC $10\nBEQ .out\nJSR Main\nLDA #$12\n.out:\nRTS") == []


def test_a_tail_call_returns_for_its_caller() -> None:
    assert found("Main:\nREP #$20\nJSR Sub\nLDA #$12\nRTL\nSub:\nJMP Tail\nTail:\nSEP #$20\nRTS") == []
