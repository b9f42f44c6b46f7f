"""XCE changes the mode, and in emulation mode REP cannot make a register wide."""

from __future__ import annotations

from tests.domains.asm65816.lint.linting import found, only


def test_rep_has_no_effect_in_emulation_mode() -> None:
    assert found("SEC\nXCE\nREP #$20\nLDA #$1234\nRTS") == [("error", 4, "width_mismatch")]
    assert (
        "in emulation mode REP cannot change it"
        in only("SEC\nXCE\nREP #$20\nLDA #$1234\nRTS", "width_mismatch").message
    )


def test_native_mode_gives_it_back() -> None:
    assert found("SEC\nXCE\nCLC\nXCE\nREP #$20\nLDA #$1234\nRTS") == []


def test_a_reset_begins_with_8_bits() -> None:
    assert found("CLC\nXCE\nLDA #$80\nSTA $2100\nREP #$10\nLDX #$1FFF\nTXS\nLoop:\nBRA Loop") == []
    assert found("CLC\nXCE\nLDA #$1234\nLoop:\nBRA Loop") == [("warning", 3, "width_mismatch")]


def test_an_unknown_carry_leaves_the_mode_and_the_widths_open() -> None:
    assert found("SEP #$20\nCMP #$12\nXCE\nLDA #$1234\nRTS") == []


def test_rep_and_sep_set_the_carry_too() -> None:
    assert found("SEP #$01\nXCE\nREP #$20\nLDA #$1234\nRTS") == [("error", 4, "width_mismatch")]
