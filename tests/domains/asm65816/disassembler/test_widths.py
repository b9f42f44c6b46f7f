"""The widths of A, X and Y are followed while bytes are read."""

from __future__ import annotations

import pytest

from datasets_app.domains.asm65816.disassembler import disassemble, disassembled_rows


def last(code: str, *, m: bool = True, x: bool = True) -> tuple[str, bool]:
    row = disassembled_rows(bytes.fromhex(code), m=m, x=x, labels=False)[-1]
    return row.text, row.sure


@pytest.mark.parametrize(
    ("before", "text"),
    [
        ("", "LDA.b #$12"),
        ("E2 20", "LDA.b #$12"),
        ("C2 10", "LDA.b #$12"),
        ("C2 20", "LDA.w #$3412"),
        ("C2 30", "LDA.w #$3412"),
        ("C2 20 E2 20", "LDA.b #$12"),
        ("08 C2 20 28", "LDA.b #$12"),
        ("C2 20 08 E2 20 28", "LDA.w #$3412"),
        ("C2 20 18 FB", "LDA.w #$3412"),
        ("C2 20 38 FB", "LDA.b #$12"),
        ("38 FB C2 20", "LDA.b #$12"),
        ("38 FB 18 FB C2 20", "LDA.w #$3412"),
    ],
)
def test_the_operand_of_a_follows_m(before: str, text: str) -> None:
    assert last(before + "A9 12 34" if "w" in text else before + "A9 12") == (text, True)


@pytest.mark.parametrize(("before", "text"), [("C2 10", "LDX.w #$3412"), ("C2 20", "LDX.b #$12")])
def test_the_operand_of_x_follows_x(before: str, text: str) -> None:
    assert last(before + "A2 12 34" if "w" in text else before + "A2 12") == (text, True)


def test_the_start_can_be_wide() -> None:
    assert last("A9 12 34", m=False) == ("LDA.w #$3412", True)
    assert last("A0 12 34", x=False) == ("LDY.w #$3412", True)


def test_flags_from_elsewhere_make_the_widths_a_guess() -> None:
    assert last("C2 20 28 A9 12 34") == ("LDA.w #$3412", False)
    assert last("FB A9 12") == ("LDA.b #$12", False)
    assert last("28 C2 30 A9 12 34") == ("LDA.w #$3412", True)


def test_the_text_says_where_guessing_begins() -> None:
    text = disassemble(bytes.fromhex("28 A9 12 A9 13"))
    assert text.count("; the widths of A, X and Y are a guess from here") == 1
    assert "LDA.b #$12  ;" in text


def test_code_behind_a_jump_is_as_wide_as_the_branch_that_leads_there() -> None:
    code = "C2 20 F0 03 E2 20 60 A9 34 12"
    assert last(code) == ("LDA.w #$1234", True)
