"""Where paths meet with different widths, what depends on them is in doubt."""

from __future__ import annotations

from tests.domains.asm65816.lint.linting import found, only


def source(*, restore: str = "", after: str = "") -> str:
    return f"""Main:
    SEP #$20
    LDA $10
    BEQ .skip
    REP #$20
    LDA #$1234
    STA $12
    {restore}
.skip:
    {after}
    LDA #$10
    RTS"""


def test_a_width_that_differs_by_path_is_a_warning_where_it_matters() -> None:
    assert found(source()) == [("warning", 11, "width_unknown")]


def test_the_message_names_the_place_where_the_paths_meet() -> None:
    remark = only(source(), "width_unknown")
    assert "one path sets 8 bits and another 16; they meet in line 11" in remark.message
    assert remark.hint == "Put SEP #$20 behind the place where the paths meet."


def test_a_path_that_restores_the_width_gives_no_warning() -> None:
    assert found(source(restore="SEP #$20")) == []


def test_a_switch_behind_the_join_gives_no_warning() -> None:
    assert found(source(after="SEP #$20")) == []


def test_it_does_not_matter_where_no_operand_depends_on_it() -> None:
    assert found("Main:\nSEP #$20\nLDA $10\nBEQ .skip\nREP #$20\n.skip:\nSTZ $12\nRTS") == []


def test_a_loop_that_comes_back_with_another_width_is_a_join() -> None:
    loop = "Main:\nSEP #$20\n.next:\nLDA #$12\nSTA $10\nREP #$20\nINC $20\n{}\nBNE .next\nSEP #$20\nRTS"
    assert found(loop.format("")) == [("warning", 4, "width_unknown")]
    assert found(loop.format("SEP #$20")) == []


def test_one_remark_is_enough_for_a_join() -> None:
    assert found(source().replace("LDA #$10\n", "LDA #$10\nCMP #$20\n")) == [("warning", 11, "width_unknown")]


ENTERED_AS_IT_MAY_BE = "Main:\nLDA $10\nBEQ .skip\nREP #$20\nSTZ $12\n{}.skip:\n{}\nRTS"


def test_where_one_path_says_nothing_the_operand_must_fit_the_other() -> None:
    assert found(ENTERED_AS_IT_MAY_BE.format("", "LDA #$12")) == [("warning", 7, "width_unknown")]
    remark = only(ENTERED_AS_IT_MAY_BE.format("", "LDA #$12"), "width_unknown")
    assert "on one path REP #$20 in line 4 sets 16 bits" in remark.message


def test_an_operand_that_fits_it_gets_a_note() -> None:
    fits = ENTERED_AS_IT_MAY_BE.format("", "LDA #$1234")
    assert found(fits) == []
    assert only(fits, "width_unknown").severity == "note"
    assert found(ENTERED_AS_IT_MAY_BE.format("SEP #$20\n", "LDA #$12")) == []


def test_stated_widths_of_the_entry_settle_it() -> None:
    assert found(ENTERED_AS_IT_MAY_BE.format("", "LDA #$1234"), m=True) == [("warning", 7, "width_unknown")]
    assert found(ENTERED_AS_IT_MAY_BE.format("", "LDA #$1234"), m=False) == []
