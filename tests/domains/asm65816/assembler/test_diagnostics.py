"""What is wrong is said at its line and column, with what was expected and a hint; the rest is read all the same."""

from __future__ import annotations

import pytest

from datasets_app.domains.asm65816.assembler import Diagnostic, assemble, render

BROKEN = """\
Main:
    LDAA #$10           ; a typing error
    LDA.b #$01 : STX $1000,Y
    JSR Mian
\tpushcp
!speed = 3
    LDA #!sped
    db "open
    BNE Main
"""


def test_every_line_with_a_mistake_is_reported_and_no_other() -> None:
    said = [(one.line, one.column, one.code) for one in assemble(BROKEN).diagnostics]
    assert said == [
        (2, 5, "unknown_mnemonic"),
        (3, 22, "operand_width"),
        (4, 9, "label_not_found"),
        (5, 2, "unknown_mnemonic"),
        (7, 10, "define_not_found"),
        (8, 5, "mismatched_quotes"),
    ]


@pytest.mark.parametrize(
    ("source", "hint"),
    [
        ("LDAA #1", "Did you mean LDA?"),
        ("Main:\nJMP Mian", "Did you mean Main?"),
        ("!speed = 1\nLDA !sped", "Did you mean !speed?"),
        ("macro push(x)\nendmacro\n%pusch(1)", "Did you mean %push?"),
        ("pushcp", "Did you mean pushpc? A label needs a colon: pushcp:"),
        ("db floo(1)", "Did you mean floor?"),
        ("BLT x\nx:", "asar calls it BCC."),
        ("Loop", "A label needs a colon: Loop:"),
        ("macro m(width)\ndb <widht>\nendmacro\n%m(1)", "Did you mean <width>?"),
        ("STX #1", "It can be: STX value,Y, STX value."),
        ("JSR $028000", "The target is in another bank: use JSL."),
    ],
)
def test_a_hint_says_what_may_be_meant(source: str, hint: str) -> None:
    (diagnostic,) = assemble(source).diagnostics
    assert diagnostic.hint == hint


def test_a_mistake_is_shown_with_a_caret_below_it() -> None:
    assert render(Diagnostic("error", 2, 5, "code", "Message.", "Hint."), "NOP\n\tLDA #1") == (
        "error[code]: Message.\n  line 2, column 5\n  2 | \tLDA #1\n    | \t   ^\n  hint: Hint."
    )


def test_a_mistake_outside_the_text_is_shown_without_line() -> None:
    assert render(Diagnostic("note", 9, 1, "code", "Message."), "NOP") == "note[code]: Message.\n  line 9, column 1"


def test_a_mistake_in_a_loop_is_reported_once() -> None:
    assert len(assemble("for i = 0..5\nLDQ #1\nendfor").diagnostics) == 1


def test_there_is_an_end_to_what_is_reported() -> None:
    diagnostics = assemble("".join(f"LDQ{number} 1\n" for number in range(2000))).diagnostics
    assert len(diagnostics) == 501
    assert diagnostics[-1].code == "too_many_problems"
