"""What is said about reading and writing registers, once or twice: + supported, - contradicted, ? unknown."""

from __future__ import annotations

import pytest

from datasets_app.domains.asm65816.facts import check_claims

MARKS = {"supported": "+", "contradicted": "-", "unknown": "?"}
KINDS = ("register_access", "register_twice")


@pytest.mark.parametrize(
    ("verdicts", "text"),
    [
        ("-", "$4210 is write-only."),
        ("+", "$4210 is read-only."),
        ("+", "INIDISP is write-only."),
        ("-", "INIDISP is readable."),
        ("+", "INIDISP is not readable."),
        ("-", "INIDISP is not writable."),
        ("+", "$2100 is a write-only register."),
        ("-", "$2100 is a read-only register."),
        ("+", "The write-only register INIDISP controls brightness."),
        ("-", "The read-only register INIDISP controls brightness."),
        ("++", "$2100 and VMAIN are both write-only."),
        ("+", "INIDISP ($2100) is write-only."),
        ("-", "INIDISP ($2100) is a read-only register."),
        ("+", "$2180 is readable and writable."),
        ("-", "$2180 is read-only."),
        ("-", "$2180 is write-only."),
        ("-", "$2100 is readable and writable."),
        ("-", "VMAIN is read/write."),
        ("+", "DMAP0 is a read/write register."),
        ("-", "$2100 can be read at any time."),
        ("+", "$2100 cannot be read."),
        ("+", "$4212 can be read at any time."),
        ("-", "HVBJOY must be written before vblank."),
        ("-", "Then read from $2100 to get the brightness."),
        ("-", "Reading $2115 gives you the increment mode."),
        ("", "Reading $2100 returns open bus."),
        ("-", "Write the value to $4212 to start."),
        ("-", "Writing 1 to $4210 clears the flag."),
        ("", "Write $80 to $2100."),
        ("", "Reading $4210 clears the flag."),
        ("", "You should not read from $2100."),
        ("?", "Writing to $4211 clears the flag."),
        ("", "Write to $4016 to latch the pads."),
        ("", "Read $4016 16 times."),
        ("+", "It is not true that $2100 is readable."),
        ("-", " LDA $2100"),
        ("-", " STA $4212"),
        ("", " STA $2100"),
        ("", " LDA $4212"),
        ("-", " INC $2100"),
        ("", " LDA $2100,X"),
        ("-", "Loop: LDA $2115 : BPL Loop"),
        ("-", " LDA !INIDISP"),
        ("-", " LDA INIDISP"),
        ("-", " STA.w $4210 ; ack"),
        ("", " BIT $4212"),
        ("", " STA $4211"),
        ("", " LDA #$2100"),
        ("", " LDA ($2100)"),
        ("", "PHK\nPLB\nLDA $2100"),
        ("-", "PHK\nPLB\nLDA.l $002100"),
        ("", " STX $4300"),
        ("+", "BG1HOFS is write-twice."),
        ("-", "INIDISP is write-twice."),
        ("+", "CGDATA takes two writes."),
        ("+", "$210D must be written twice."),
        ("-", "$2100 must be written twice."),
        ("", "COLDATA is written twice here."),
        ("?", "OAMDATA is write-twice."),
        ("+", "M7A is a write-twice register."),
        ("-", "VMAIN is a write-twice register."),
        ("+", "$2122 is written twice, low byte first."),
        ("-", "BG1HOFS needs only a single write."),
        ("+", "INIDISP needs only one write."),
        ("", "Unlike $2100, VMAIN is about VRAM."),
        ("+", "VMAIN is not write-twice."),
        ("", "VMAIN = $80 steps by words after writing $2119."),
        ("", "Copy the byte read from $4218 to $2118."),
    ],
)
def test_the_claims_of_a_text(verdicts: str, text: str) -> None:
    found = [claim for claim in check_claims(text) if claim.kind in KINDS]
    assert "".join(MARKS[claim.verdict] for claim in found) == verdicts
