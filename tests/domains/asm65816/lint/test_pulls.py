"""A pull takes what was pushed: as many bytes, and flags into P."""

from __future__ import annotations

import pytest

from tests.domains.asm65816.lint.linting import found, only


@pytest.mark.parametrize(
    ("push", "between", "pull"),
    [("PHA", "REP #$20", "PLA"), ("PHX", "REP #$10", "PLX"), ("PHY", "REP #$30", "PLY"), ("PHB", "REP #$20", "PLD")],
)
def test_pulling_more_than_was_pushed_is_an_error(push: str, between: str, pull: str) -> None:
    assert found(f"SEP #$30\n{push}\n{between}\n{pull}\nRTS") == [("error", 4, "pull_size")]


def test_two_index_registers_of_8_bits_are_no_word() -> None:
    assert found("SEP #$30\nPHX\nPHX\nREP #$10\nPLX\nRTS") == [("error", 5, "pull_size")]


@pytest.mark.parametrize(("push", "between", "pull"), [("PHA", "SEP #$20", "PLA"), ("PHX", "SEP #$10", "PLX")])
def test_pulling_less_than_was_pushed_is_an_error(push: str, between: str, pull: str) -> None:
    assert found(f"REP #$30\n{push}\n{between}\n{pull}\nRTS") == [("error", 4, "pull_size")]


def test_the_message_names_the_push() -> None:
    remark = only("SEP #$20\nPHA\nREP #$20\nPLA\nRTS", "pull_size")
    assert remark.message == "PLA pulls 2 bytes, but on top of the stack is what PHA in line 2 pushed, 1 byte."
    remark = only("REP #$20\nPHA\nSEP #$20\nPLA\nRTS", "pull_size")
    assert "PLA pulls 1 byte of the 2 that PHA in line 2 pushed" in remark.message


@pytest.mark.parametrize(
    "code",
    [
        "REP #$30\nPHA\nPHX\nPLX\nPLA\nRTS",
        "REP #$20\nPHA\nSEP #$20\nPLA\nSTA $10\nPLA\nSTA $11\nRTS",
        "SEP #$20\nLDA $11\nPHA\nLDA $10\nPHA\nREP #$20\nPLA\nSEP #$20\nRTS",
        "REP #$20\nPHA\nSEP #$20\nPLA\nDEC A\nPHA\nREP #$20\nPLA\nRTS",
        "PEA $7E7E\nPLB\nPLB\nRTS",
        "REP #$30\nPHX\nPLA\nPHA\nPLY\nRTS",
        "REP #$20\nPHD\nPLA\nRTS",
        "SEP #$20\nLDA #$7E\nPHA\nPLB\nRTS",
        "SEP #$20\nPHP\nPLA\nRTS",
        "SEP #$20\nPHB\nPHK\nPLB\nPLB\nRTS",
        "PEI ($10)\nPLD\nRTS",
    ],
)
def test_words_may_be_taken_apart_and_put_together(code: str) -> None:
    assert found(code) == []


def test_a_path_that_changes_the_width_before_the_pull_is_found() -> None:
    changes = "Main:\nSEP #$30\nPHY\nLDA $10\nBEQ .skip\nREP #$10\nINX\n{}\n.skip:\nPLY\nRTS"
    assert found(changes.format("")) == [("warning", 10, "pull_size")]
    assert found(changes.format("SEP #$10")) == []
    assert only(changes.format(""), "pull_size").message == (
        "PLY pulls what PHY in line 3 pushed, but when it is pulled, the width differs by path: see line 10."
    )


def test_so_is_a_path_that_changes_it_before_the_push() -> None:
    changes = "Main:\nSEP #$30\nLDA $10\nBEQ .skip\nREP #$20\n.skip:\nPHA\nREP #$20\nPLA\nRTS"
    assert found(changes) == [("warning", 9, "pull_size")]
    assert "when it is pushed, the width differs by path: see line 7" in only(changes, "pull_size").message


def test_a_register_pulled_as_wide_as_it_was_pushed_may_be_of_either_width() -> None:
    assert found("Main:\nSEP #$30\nLDA $10\nBEQ .skip\nREP #$10\n.skip:\nPHY\nINY\nPLY\nSEP #$30\nRTS") == []


def test_plp_without_php_is_a_warning() -> None:
    assert found("STZ $10\nPLP\nRTS") == [("warning", 2, "plp_without_php")]
    assert found("PHP\nSTZ $10\nPLP\nRTS") == []


def test_code_that_begins_by_pulling_is_the_end_of_a_routine_elsewhere() -> None:
    assert found("Exit:\nPLB\nPLP\nRTL") == []


def test_pulling_the_flags_in_the_wrong_order_is_a_warning() -> None:
    assert ("warning", 4, "pull_order") in found("PHP\nSEP #$20\nPHA\nPLP\nPLA\nRTS")
    assert ("warning", 2, "pull_order") in found("PHX\nPLP\nRTS")
    assert ("warning", 4, "pull_order") in found("SEP #$20\nPHA\nINX\nPLP\nRTS")
    assert found("SEP #$20\nPHA\nPLP\nRTS") == []
    assert ("warning", 5, "pull_order") in found("SEP #$20\nPHA\nBEQ Skip\nPHP\nSkip: PLP\nPLA\nRTS")
    assert found("PHP\nSEP #$20\nPHA\nPLA\nPLP\nRTS") == []
