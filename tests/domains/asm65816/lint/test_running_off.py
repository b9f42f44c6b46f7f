"""Control that goes past the last instruction."""

from __future__ import annotations

import pytest

from tests.domains.asm65816.lint.linting import found, only


def test_a_routine_without_an_end_is_a_warning() -> None:
    assert found("Main:\nSTZ $10") == [("warning", 2, "falls_off")]
    assert found("Main:\nSTZ $10\nRTS") == []


def test_a_piece_without_a_label_may_be_meant_for_other_code() -> None:
    assert found("STZ $10") == []
    assert only("STZ $10", "falls_off").severity == "note"


def test_running_into_data_is_a_warning() -> None:
    assert found("Main:\nSTZ $10\nTable:\ndb 1,2,3") == [("warning", 2, "falls_off")]
    assert "runs into data" in only("Main:\nSTZ $10\nTable:\ndb 1,2,3", "falls_off").message
    assert found("Main:\nSTZ $10\nRTS\nTable:\ndb 1,2,3") == []


def test_a_branch_at_the_end_may_not_be_taken() -> None:
    assert found("Main:\nDEX\nBNE Main") == [("warning", 3, "falls_off")]


@pytest.mark.parametrize("pair", ["BCC Main\nBCS Main", "BNE Main\nBEQ Main", "BMI Main\nBPL Main", "CLV\nBVC Main"])
def test_two_branches_that_leave_no_third_way_are_an_end(pair: str) -> None:
    assert found(f"Main:\nDEX\n{pair}") == []


@pytest.mark.parametrize("end", ["BRA Main", "JMP Main", "JMP ($0010)", "JML [$0010]", "STP", "BRK #$00", "RTI"])
def test_what_does_not_go_on_is_an_end(end: str) -> None:
    assert found(f"Main:\nSTZ $10\n{end}") == []


def test_a_call_may_be_followed_by_its_arguments() -> None:
    assert found("Main:\nJSL JumpTable\ndw First, Second\nFirst:\nRTS\nSecond:\nRTS") == []


def test_a_patch_goes_on_in_the_code_that_it_is_put_into() -> None:
    assert found("org $00A000\nJSL Hook\nNOP\norg $00F000\nHook:\nSTZ $10\nRTL") == []
