"""Where execution begins."""

from __future__ import annotations

import pytest

from datasets_app.domains.asm65816.assembler.result import Assembly
from datasets_app.domains.asm65816.lint import UnknownEntry, lint, timing
from tests.domains.asm65816.lint.linting import found, placed

TWO = "First:\nLDA #$12\nRTS\nSecond:\nLDA #$1234\nRTS"


def test_stated_widths_are_those_of_the_first_instruction() -> None:
    assert found(TWO, m=True) == []
    assert found(TWO, m=False) == [("error", 2, "width_mismatch")]


def test_named_entries_take_its_place() -> None:
    assert found(TWO, m=True, entries=["Second"]) == [("error", 5, "width_mismatch")]
    assert found(TWO, m=False, entries=["Second"]) == []


def test_an_entry_that_is_no_code_is_refused() -> None:
    with pytest.raises(UnknownEntry, match="no code at the label “Third”"):
        lint(placed(TWO), entries=["Third"])
    with pytest.raises(UnknownEntry):
        lint(placed("Main:\nRTS\nTable:\ndb 1"), entries=["Table"])


def test_a_called_routine_that_stands_first_is_entered_by_its_callers() -> None:
    assert found("Sub:\nLDA #$1234\nRTS\nMain:\nREP #$20\nJSR Sub\nRTL", m=True) == []


def test_a_label_inside_a_run_is_no_entry_of_its_own() -> None:
    assert found("Main:\nPHP\nREP #$20\nInside:\nLDA #$1234\nPLP\nRTS") == []


def test_no_code_has_no_findings() -> None:
    assert lint(Assembly()) == ()
    assert (timing(Assembly()).bytes, timing(Assembly()).most) == (0, 0)
