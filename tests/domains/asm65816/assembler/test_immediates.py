"""An immediate is as wide as it is written; what does not fit is cut off with a warning."""

from __future__ import annotations

import pytest

from tests.domains.asm65816.assembler.asm import code, errors, warnings


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("LDA #$12", "a9 12"),
        ("LDA #$0012", "a9 12 00"),
        ("LDX #10", "a2 0a"),
        ("LDX #1000", "a2 e8 03"),
        ("LDA #-1", "a9 ff"),
        ("LDA #%101", "a9 05"),
        ("LDA #'A'", "a9 41"),
        ("LDA.w #5", "a9 05 00"),
        ("LDA.b #5*3", "a9 0f"),
        ("LDA #label\nlabel:", "a9 03 80"),
        ("LDA #label>>16\nlabel:", "a9 00"),
        ("LDA #<:label\nlabel:", "a9 00 00"),
        ("LDA #bank(label)\nlabel:", "a9 00 00"),
        ("LDA.b #label>>8\nlabel:", "a9 80"),
        ("SEP #$30", "e2 30"),
    ],
)
def test_the_width_follows_what_is_written(source: str, expected: str) -> None:
    assert code(source) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [("LDA #$12345", "a9 45 23"), ("LDA.b #$1234", "a9 34"), ("LDA.b $1234", "a5 34"), ("LDX #-40000", "a2 c0 63")],
)
def test_what_does_not_fit_is_cut_off_and_warned_about(source: str, expected: str) -> None:
    assert code(source) == expected
    assert warnings(source) == ["truncated"]


def test_the_low_byte_of_a_label_is_no_mistake() -> None:
    assert warnings("LDA.b #label\nlabel:") == []


def test_a_bank_that_an_absolute_address_drops_is_only_noted() -> None:
    assert warnings("LDA.w $7E0010") == ["bank_dropped"]


def test_rep_without_its_sign_is_the_command_that_repeats() -> None:
    assert code("REP $03\nNOP") == "ea ea ea"
    assert warnings("REP $03\nNOP") == ["rep_repeats"]
    assert errors("REP $20") == ["rep_at_end"]
