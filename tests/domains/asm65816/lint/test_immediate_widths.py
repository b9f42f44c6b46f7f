"""An immediate operand must be as wide as the register is at that place."""

from __future__ import annotations

import pytest

from tests.domains.asm65816.lint.linting import found, only


@pytest.mark.parametrize(
    ("switch", "instruction"),
    [
        ("REP #$20", "LDA #$10"),
        ("REP #$30", "CMP #$10"),
        ("REP #$10", "LDX #$10"),
        ("REP #$10", "CPY #$10"),
        ("SEP #$20", "LDA #$1234"),
        ("SEP #$20", "AND #$00FF"),
        ("SEP #$30", "LDY #$1234"),
        ("SEP #$10", "CPX #$1234"),
    ],
)
def test_an_operand_of_the_wrong_width_is_an_error(switch: str, instruction: str) -> None:
    assert found(f"{switch}\n{instruction}\nRTS") == [("error", 2, "width_mismatch")]


@pytest.mark.parametrize(
    ("switch", "instruction"),
    [
        ("REP #$20", "LDA #$1234"),
        ("REP #$20", "LDX #$10"),
        ("REP #$10", "LDX #$1234"),
        ("SEP #$20", "LDA #$10"),
        ("SEP #$20", "LDX #$1234"),
        ("SEP #$30", "LDY #$10"),
        ("REP #$01", "LDA #$10"),
    ],
)
def test_an_operand_of_the_right_width_is_not(switch: str, instruction: str) -> None:
    assert found(f"{switch}\n{instruction}\nRTS") == []


def test_the_message_says_what_is_wrong_where_it_comes_from_and_what_to_do() -> None:
    remark = only("REP #$20\nLDA #$10\nRTS", "width_mismatch")
    assert remark.message == ("LDA #$10 has an operand of 8 bits, but A is 16 bits wide here: REP #$20 in line 1.")
    assert remark.hint == "Write #$0010, or SEP #$20 before it."


def test_the_last_switch_counts() -> None:
    assert found("REP #$30\nSEP #$20\nLDA #$10\nLDX #$1234\nRTS") == []


def test_widths_that_nothing_states_are_taken_from_the_first_operand() -> None:
    assert found("LDA #$1234\nSTA $10\nLDA #$5678\nRTS") == []
    assert only("LDA #$1234\nSTA $10\nLDA #$5678\nRTS", "width_unknown").severity == "note"


def test_two_operands_that_contradict_each_other_are_an_error() -> None:
    assert found("LDA #$12\nSTA $10\nLDA #$5678\nRTS") == [("error", 3, "width_mismatch")]


def test_widths_stated_for_the_entry_hold() -> None:
    assert found("LDA #$1234\nRTS", m=True) == [("error", 1, "width_mismatch")]
    assert found("LDA #$1234\nRTS", m=False) == []
    assert found("LDX #$12\nRTS", x=False) == [("error", 1, "width_mismatch")]
    assert found("LDX #$12\nRTS", x=True) == []


def test_plp_restores_the_widths_that_php_saved() -> None:
    assert found("SEP #$20\nPHP\nREP #$20\nLDA #$1234\nPLP\nLDA #$12\nRTS") == []
    assert found("SEP #$20\nPHP\nREP #$20\nPLP\nLDA #$1234\nRTS") == [("error", 5, "width_mismatch")]


def test_flags_made_by_hand_leave_the_widths_open() -> None:
    assert found("SEP #$20\nLDA #$30\nPHA\nPLP\nLDA #$12\nRTS") == []
