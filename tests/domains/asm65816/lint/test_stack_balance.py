"""A routine leaves the stack as it found it."""

from __future__ import annotations

import pytest

from tests.domains.asm65816.lint.linting import found, only


@pytest.mark.parametrize("leave", ["RTS", "RTL", "RTI"])
def test_something_left_on_the_stack_is_an_error(leave: str) -> None:
    assert found(f"SEP #$20\nPHA\nSTZ $10\n{leave}") == [("error", 4, "stack_unbalanced")]
    assert found(f"SEP #$20\nPHA\nSTZ $10\nPLA\n{leave}") == []


def test_the_message_names_the_pushes() -> None:
    remark = only("SEP #$20\nPHX\nPHA\nPHB\nPLB\nRTS", "stack_unbalanced")
    assert "still on the stack: PHX in line 2, PHA in line 3." in remark.message


def test_a_path_that_skips_the_pull_is_found() -> None:
    skips = "Main:\nSEP #$20\nPHA\nLDA $10\nBEQ .out\nPLA\n.out:\nRTS"
    assert found(skips) == [("warning", 8, "stack_unbalanced")]
    assert "on one path" in only(skips, "stack_unbalanced").message


def test_separate_returns_are_judged_separately() -> None:
    assert found("Main:\nSEP #$20\nPHA\nBEQ .out\nPLA\nRTS\n.out:\nRTS") == [("error", 8, "stack_unbalanced")]
    assert found("Main:\nSEP #$20\nPHA\nBEQ .out\nPLA\nRTS\n.out:\nPLA\nRTS") == []


def test_more_pulled_than_pushed_is_found() -> None:
    assert found("SEP #$20\nSTZ $10\nPLA\nRTS") == [("warning", 4, "stack_unbalanced")]
    assert found("Main:\nJSR Sub\nRTL\nSub:\nSEP #$20\nPLA\nRTS") == [("error", 7, "stack_unbalanced")]


def test_where_only_one_path_pulls_too_much_it_is_likely_wrong() -> None:
    skips = "Main:\nJSR Sub\nRTL\nSub:\nSEP #$20\nBEQ .skip\nPHA\n.skip:\nPLA\nRTS"
    assert found(skips) == [("warning", 10, "stack_unbalanced")]


def test_dropping_a_whole_return_address_is_only_noted() -> None:
    drops = "Main:\nJSR Sub\nRTL\nSub:\nSEP #$20\nPLA\nPLA\nRTS"
    assert found(drops) == []
    assert only(drops, "stack_unbalanced").severity == "note"


def test_not_where_registers_are_pushed_as_well() -> None:
    assert found("Main:\nJSR Sub\nRTL\nSub:\nSEP #$20\nPHA\nPHA\nREP #$20\nPLA\nPLA\nRTS") == [
        ("error", 11, "stack_unbalanced")
    ]


def test_a_moved_stack_pointer_is_not_followed() -> None:
    assert found("REP #$30\nTSC\nSEC\nSBC #$0010\nTCS\nPHA\nTSC\nCLC\nADC #$0012\nTCS\nRTS") == []


def test_a_push_in_a_loop_without_a_pull_is_found() -> None:
    assert found("SEP #$30\nLoop:\nPHA\nDEX\nBNE Loop\nRTS") == [("warning", 6, "stack_unbalanced")]


def test_a_loop_that_pushes_and_one_that_pulls_are_not() -> None:
    pushes = "SEP #$30\nLDX #$07\nPush:\nLDA $10,X\nPHA\nDEX\nBPL Push\nLDX #$07\n"
    assert found(f"{pushes}Pull:\nPLA\nSTA $20,X\nDEX\nBPL Pull\nRTS") == []


def test_what_callees_push_and_pull_is_their_own() -> None:
    assert found("Main:\nSEP #$20\nPHA\nJSR Sub\nPLA\nRTL\nSub:\nPHX\nINX\nPLX\nRTS") == []
