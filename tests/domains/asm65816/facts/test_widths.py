"""The register widths that REP and SEP set, in prose and comments: + supported, - contradicted."""

from __future__ import annotations

import pytest

from datasets_app.domains.asm65816.facts import check_claims

MARKS = {"supported": "+", "contradicted": "-", "unknown": "?"}
KINDS = ("register_width",)


@pytest.mark.parametrize(
    ("verdicts", "text"),
    [
        ("+", "SEP #$20 sets the accumulator to 8 bits."),
        ("-", "SEP #$20 sets the accumulator to 16 bits."),
        ("+", "REP #$20 makes A 16-bit."),
        ("-", "REP #$20 makes A 8-bit."),
        ("+", "REP #$10 makes the index registers 16 bits wide."),
        ("-", "REP #$20 makes X and Y 16-bit."),
        ("+", "SEP #$30 makes A, X and Y 8-bit."),
        ("+", "REP #$30 switches to 16-bit mode."),
        ("-", "SEP #$30 switches to 16-bit mode."),
        ("-", "`rep #$20` sets 8-bit accumulator."),
        ("+", "SEP #$20 (8-bit A) comes first."),
        ("-", "SEP #$20 (16-bit A) comes first."),
        ("+", "SEP #$20 means 8-bit A."),
        ("-", "SEP #$10 sets the accumulator to 8 bits."),
        ("+", "REP #$20 sets 16-bit A while X stays 8-bit."),
        ("+", " SEP #$20 ; 8-bit A"),
        ("-", " SEP #$20 ; 16-bit A"),
        ("+", " REP #$30 ; 16-bit A/X/Y"),
        ("-", " REP #$30 ; 8-bit A/X/Y"),
        ("+", " SEP #$20 ; 8-bit A, 16-bit X"),
        ("+", " REP #$20 ; A is 16-bit"),
        ("-", " REP #$20 ; A = 8 bit"),
        ("+", " REP #$10 ; 16-bit index"),
        ("-", " REP #$20 ; 16-bit index"),
        ("+", " SEP #$20 ; 8-bit mode"),
        ("-", " REP #$20 ; 8-bit mode"),
        ("+", " REP #%00100000 ; 16-bit accumulator"),
        ("-", "SEP #$20 does not make A 8-bit."),
        ("+", "It is not true that SEP #$20 makes A 16-bit."),
        ("", " SEP #$20 ; load 16-bit value later"),
        ("", "REP #$20 then loads a 16-bit value."),
        ("+", "REP #$30 makes all registers 16-bit."),
        ("-", "SEP #$30 makes all registers 16-bit."),
        ("+", "REP #$20 gives a 16-bit accumulator."),
        ("+", "SEP #$30 puts all registers in 8-bit mode."),
        ("-", "REP #$30 puts all registers in 8-bit mode."),
        ("+", "REP #$30 (16-bit A, X and Y) saves work."),
        ("+", "SEP #$10 makes X and Y 8-bit."),
        ("-", "SEP #$10 makes X and Y 16-bit."),
        ("+", " rep #$20 ; A 16 bit"),
        ("-", " sep #$20 ; A 16 bit"),
        ("+", " REP #$20 ; 16 bit accumulator"),
        ("+", " SEP #$30 ; all registers 8-bit"),
        ("-", " SEP #$30 ; A/X/Y 16-bit"),
        ("+", " SEP #$20 : LDA #$10 ; 8-bit A"),
        ("", "SEP #$20 is needed because the value is 8 bits."),
        ("", "REP #$20 before the 16-bit load."),
        ("", " REP #$20 ; not 8-bit"),
    ],
)
def test_the_claims_of_a_text(verdicts: str, text: str) -> None:
    found = [claim for claim in check_claims(text) if claim.kind in KINDS]
    assert "".join(MARKS[claim.verdict] for claim in found) == verdicts
