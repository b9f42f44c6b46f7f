"""Register values in comments, checked by running the code: + supported, - contradicted, ? unknown."""

from __future__ import annotations

import pytest

from datasets_app.domains.asm65816.facts import check_claims

MARKS = {"supported": "+", "contradicted": "-", "unknown": "?"}
KINDS = ("value",)


@pytest.mark.parametrize(
    ("verdicts", "text"),
    [
        ("-", "LDA #$00\nXBA\nLDA #$10 ; A = $1000\nTAX"),
        ("-+", "LDA #$00\nXBA\nLDA #$10 ; A = $1000\nTAX ; X = $0010"),
        ("+", "LDA #$10\nXBA\nLDA #$00 ; A = $1000\nTAX"),
        ("+", "LDA #$05 ; A = 5"),
        ("-", "LDA #$05 ; A = 6"),
        ("+", "REP #$20\nLDA #$1234 ; A = $1234"),
        ("++", "REP #$30\nLDX #$0004 ; X = 4\nINX ; X = 5"),
        ("+-", "REP #$30\nLDX #$0004 ; X = 4\nINX ; X = 6"),
        ("?", "LDA $10 ; A = $10"),
        ("?", "CLC\nADC #$01 ; A = $02"),
        ("+", "SEP #$20\nLDA #$F0\nCLC\nADC #$20 ; A = $10"),
        ("?", "SEP #$20\nLDA #$F0\nCLC\nADC #$20 ; A = $0110"),
        ("+", "SEP #$20\nLDA #3\nSTA $4202\nLDA #5\nSTA $4203\nNOP\nNOP\nNOP\nNOP\nLDA $4216 ; A = 15"),
        ("", "LDA #$05\nCMP #$05 ; A = $05"),
        ("?", "LDA $4212 ; A = $80"),
        ("?", "LDA #$00 ; A = $1000"),
        ("?", "LDX #$05\nJSR Foo\nNOP ; X = 5"),
        ("+-", "LDA #$12\nPHA\nLDA #$34\nPLA ; A = $12\nTAY ; Y = $34"),
        ("?", "LDX #$03\nloop:\nDEX ; X = 2\nBNE loop"),
        ("+", "REP #$30\nLDA #$0010\nASL A ; A = $0020"),
        ("-", "REP #$30\nLDA #$0010\nASL A ; A = $0010"),
        ("+", "SEP #$30\nLDX #$FF\nINX ; X = 0"),
        ("-", "SEP #$30\nLDX #$FF\nINX ; X = $100"),
        ("+", "REP #$30\nLDX #$00FF\nINX ; X = $0100"),
        ("+", "REP #$30\nLDY #$0003\nTYA ; A = 3"),
        ("+", "SEP #$20\nLDA #%00001111\nEOR #$FF ; A = %11110000"),
        ("-", "SEP #$20\nLDA #$0F\nAND #$F0 ; A = $0F"),
        ("+", "REP #$20\nLDA #$1234\nXBA ; A = $3412"),
        ("-", "REP #$20\nLDA #$1234\nXBA ; A = $1234"),
        ("+", "REP #$20\nSEC\nLDA #$0005\nSBC #$0003 ; A = 2"),
        ("+", "REP #$30\nLDA #$0001\nSTA $10\nLDA #$0002\nLDA $10 ; A = 1"),
        ("+", "PHK\nPLB\nSEP #$20\nLDA #$7E\nPHA\nPLB ; DB = $7E"),
        ("+", "STZ $4204\nREP #$20\nLDA #$0064\nSTA $4204\nSEP #$20\nLDA #$07\nSTA $4206\nNOP\nLDA $4214 ; A = 14"),
        ("?", "LDA $7E0010 ; A = 5"),
        ("", "LDA #$05 ; set A = $10 if needed"),
        ("", "LDX #$05 ; X = 5 bytes"),
        ("", "BNE done ; A = 0"),
        ("?", "LDA #$05 ; then A = $1005"),
        ("+", "LDA #$05 ; load it -> A = $05"),
        ("?", "LDA Undefined+ ; A = 5"),
        ("+", "```asm\nMain:\n    SEP #$20\n    LDA #$42    ; A = $42\n    RTS\n```"),
        ("-", "```asm\nMain:\n    SEP #$20\n    LDA #$42    ; A = $43\n    RTS\n```"),
        ("+", "REP #$30\nLDA #$00FF\nINC A ; A = $0100"),
        ("?", "SEP #$20\nLDA #$FF\nINC A ; A = $0100"),
        ("+", "SEP #$20\nLDA #$FF\nINC A ; A = 0"),
        ("+", "REP #$20\nLDA #$8000\nLSR A ; A = $4000"),
        ("-", "REP #$20\nLDA #$8000\nLSR A ; A = $8000"),
        ("+", "SEP #$30\nLDY #$10\nDEY ; Y = 15"),
        ("-", "SEP #$30\nLDY #$10\nDEY ; Y = 16"),
        ("+", "REP #$30\nLDX #$1234\nTXA ; A = $1234"),
        ("+", "REP #$30\nLDX #$1234\nTXY ; Y=$1234"),
        ("+", "REP #$30\nLDX #$1234\nPHX\nPLY ; Y <- $1234"),
        ("+", "SEP #$30\nLDA #$0F\nORA #$F0 ; A is $FF"),
        ("-", "SEP #$30\nLDA #$0F\nORA #$F0 ; A is now $0F"),
        ("+", "REP #$20\nLDA #$1234\nTCD ; D = $1234"),
        ("+", "REP #$20\nLDA #$0000\nSEC\nSBC #$0001 ; A = $FFFF"),
        ("+", "REP #$30\nLDA #$0003\nLDX #$0000\n- INX\nDEC A\nBNE -\nNOP ; X = 3"),
        ("-", "REP #$30\nLDA #$0003\nLDX #$0000\n- INX\nDEC A\nBNE -\nNOP ; X = 4"),
        ("+", "SEP #$20\nLDA #$01\nBRA +\nLDA #$02\n+ NOP ; A = 1"),
        ("+", "SEP #$20\nLDA #$01 : XBA : LDA #$02 ; A = $0102"),
        ("-", "SEP #$20\nLDA #$01 : XBA : LDA #$02 ; A = $0201"),
        ("?", "LDX $12\nINX ; X = 3"),
    ],
)
def test_the_claims_of_a_text(verdicts: str, text: str) -> None:
    found = [claim for claim in check_claims(text) if claim.kind in KINDS]
    assert "".join(MARKS[claim.verdict] for claim in found) == verdicts
