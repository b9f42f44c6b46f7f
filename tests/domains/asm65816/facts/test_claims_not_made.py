"""Texts that mention registers and claim no pair: what is not said is not found."""

from __future__ import annotations

import pytest

from datasets_app.domains.asm65816.facts.names import name_claims


@pytest.mark.parametrize(
    "text",
    [
        "INIDISP brightness forced blank VMAIN CGADD TM TS OBSEL",
        "turns screen off; bit 7 blanks, low nibble dims",
        "Is $2100 VMAIN?",
        "When NMITIMEN is set, read the flag register at $4210.",
        "Set INIDISP, then write VRAM via $2118.",
        "INIDISP blanks the screen (see $2115).",
        "Use MDMAEN during vblank ($4212).",
        "Registers touched: INIDISP, $2115, $420B",
        "STA $4202 ; then WRMPYB starts it",
        "$2100: FORCE the screen off.",
        "It takes 2100 bytes, INIDISP",
        "Before the screen comes on, set BGMODE and write $2107.",
        "$2100 and VMAIN are both write-only.",
        "Unlike $2100, VMAIN is about VRAM.",
        "VMADDL = $4000 and then the data.",
        "Set VMADDL to $2100.",
        "RDMPYL holds $2100.",
    ],
)
def test_no_claim(text: str) -> None:
    assert name_claims(text) == []
