"""Branches, jumps and calls lead to instructions."""

from __future__ import annotations

from tests.domains.asm65816.lint.linting import found, only


def test_the_middle_of_an_instruction_is_an_error() -> None:
    assert found("Main:\nLDA $1234\nBRA Main+1\nRTS")[0] == ("error", 3, "into_instruction")
    assert "$008001, the middle of LDA in line 2" in only("Main:\nLDA $1234\nBRA Main+1", "into_instruction").message


def test_the_start_of_one_is_not() -> None:
    assert found("Main:\nLDA $1234\nBRA Main+3") == []


def test_data_are_a_warning() -> None:
    assert found("Main:\nJSR Table\nRTS\nTable:\ndb 1,2,3") == [("warning", 2, "into_data")]


def test_places_elsewhere_are_not_judged() -> None:
    assert found("Main:\nJSR Elsewhere\nJSL $00FFA0\nJMP Elsewhere") == []
