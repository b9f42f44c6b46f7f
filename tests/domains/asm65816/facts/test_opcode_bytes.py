"""Which byte encodes which instruction: + supported, - contradicted, ? unknown, in order."""

from __future__ import annotations

import pytest

from datasets_app.domains.asm65816.facts import check_claims

MARKS = {"supported": "+", "contradicted": "-", "unknown": "?"}
KINDS = ("opcode_byte",)


@pytest.mark.parametrize(
    ("verdicts", "text"),
    [
        ("+", "A9 is LDA immediate."),
        ("-", "A9 is LDA absolute."),
        ("-", "A9 is STA."),
        ("+", "$EA is NOP."),
        ("-", "$EA is STP."),
        ("+", "The opcode $A9 is LDA immediate."),
        ("+", "opcode 8D is STA absolute"),
        ("-", "opcode 8D is LDA absolute"),
        ("+", "LDA absolute is $AD."),
        ("-", "LDA absolute is $A9."),
        ("+", "The opcode for LDA immediate is $A9."),
        ("-", "The opcode for LDA immediate is $AD."),
        ("+", "The opcode of NOP is EA."),
        ("+", "`LDA #$12` assembles to A9 12."),
        ("-", "`LDA #$12` assembles to AD 12."),
        ("-", "`LDA #$12` assembles to A9 34."),
        ("+", "`LDA $1234` assembles to AD 34 12."),
        ("-", "`LDA $1234` assembles to AD 12 34."),
        ("+", "STA $2100 is encoded as 8D 00 21."),
        ("+", "NOP = $EA"),
        ("+", "NOP has the opcode $EA."),
        ("-", "NOP has the opcode $00."),
        ("+", "The byte $60 means RTS."),
        ("-", "The byte $60 means RTL."),
        ("+", "0x6B is RTL"),
        ("+", "RTL is opcode $6B."),
        ("+", "$A9 is not STA."),
        ("+", "JSL is $22"),
        ("-", "JSL is $20"),
        ("", "After LDA A is $10."),
        ("", "The result of ASL is $02."),
        ("", "LDA $AD loads the byte."),
        ("", "STA $10 is fast."),
        ("", "Use LDA #$A9 to load it."),
        ("+", "PHA is $48."),
        ("+", "XBA, opcode $EB, swaps the bytes."),
        ("+", "It is not true that $EA is BRK."),
        ("+", "SEP #$20 is encoded as E2 20."),
        ("+", "The opcode $20 is JSR."),
        ("-", "The opcode $20 is JSL."),
        ("+", "INX has opcode $E8."),
        ("-", "INX has opcode $C8."),
        ("+", "Opcode AD is LDA absolute."),
        ("+", "LDA direct page is $A5."),
        ("-", "LDA direct page is $AD."),
        ("+", "STA long is $8F."),
        ("+", "LDX immediate is $A2."),
        ("-", "LDX immediate is $A0."),
        ("+", "TAX is encoded as $AA."),
        ("-", "TAX is encoded as $A8."),
        ("+", "The encoding of RTS is $60."),
        ("+", "XCE: $FB"),
        ("+", "$FB is XCE."),
        ("+", "CLC = $18"),
        ("-", "CLC = $38"),
        ("+", "WDM has the opcode $42."),
        ("+", "MVN is $54."),
        ("-", "MVN is $44."),
        ("+", "`STA $7E2000` assembles to 8F 00 20 7E."),
        ("-", "`STA $7E2000` assembles to 8F 7E 20 00."),
        ("+", "`REP #$30` assembles to C2 30."),
        ("-", "`REP #$30` assembles to E2 30."),
        ("+", "BRA has the opcode $80."),
        ("+", "PEA is opcode $F4."),
        ("-", "$00 is NOP."),
        ("+", "The byte $DB means STP."),
        ("+", "BIT immediate is $89."),
        ("-", "BIT immediate is $24."),
        ("+", "JMP absolute is $4C."),
        ("+", "JMP absolute indirect is $6C."),
        ("", "TAX copies $10 to X."),
        ("", "LDA #$EA is a way to load the number."),
        ("", "CMP #$A9 is a test."),
        ("?", "RTS immediate is $60."),
    ],
)
def test_the_claims_of_a_text(verdicts: str, text: str) -> None:
    found = [claim for claim in check_claims(text) if claim.kind in KINDS]
    assert "".join(MARKS[claim.verdict] for claim in found) == verdicts
