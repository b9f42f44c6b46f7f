"""What a person who knows the machine writes is never contradicted, in prose, lists, tables and commented code."""

from __future__ import annotations

import pytest

from datasets_app.domains.asm65816.facts.names import name_claims

_TEXTS = """
To upload tiles to VRAM, first set VMAIN ($2115) to $80 so the address increments after writing $2119. Then
write the word address to VMADDL/VMADDH ($2116/$2117) and push data through VMDATAL ($2118).
---
The NMI handler must read $4210 (RDNMI) to acknowledge the interrupt, otherwise NMITIMEN ($4200) may retrigger
it.
---
DMA needs $4300-$4306 set up. Write the mode to $4300, the destination low byte to $4301, the source to
$4302-$4304, the size to $4305/$4306, then trigger with $420B.
---
Registers:
- $2100 (INIDISP): screen display
- $2105 (BGMODE): background mode
- $212C (TM): main screen
- $4200 (NMITIMEN): interrupts
---
INIDISP is the register that controls brightness. It lives at $2100. The VRAM increment register is VMAIN, at
$2115.
---
After writing $80 to INIDISP, you may safely access VRAM through $2118 and CGRAM through $2122.
---
The color data port $2122 (CGDATA) takes two writes; the address is set by CGADD at $2121.
---
| Address | Name | Purpose |
|---------|------|---------|
| $4202 | WRMPYA | Multiplicand |
| $4203 | WRMPYB | Multiplier, result in RDMPYL ($4216) |
| $4216 | RDMPYL | Product low |
---
lda #$01
sta $4300   ; DMAP0: two registers, write once
lda #$18
sta $4301   ; BBAD0 -> VMDATAL
ldx #$8000
stx $4302   ; A1T0L/A1T0H
lda #$7E
sta $4304   ; A1B0
ldx #$0800
stx $4305   ; DAS0L
lda #$01
sta $420B   ; MDMAEN: start channel 0
---
Use `STA $2100` with A=$8F. This sets bit 7 of INIDISP, enabling forced blank, before you touch $2116 or $2118.
---
The 16-bit dividend goes in $4204-$4205 (WRDIVL/WRDIVH), the divisor in $4206 (WRDIVB), the quotient appears in
$4214-$4215 (RDDIVL/RDDIVH) and the remainder in $4216-$4217 (RDMPYL/RDMPYH).
---
HDMA is enabled by writing the channel mask to HDMAEN, $420C, during vblank.
---
Don't confuse CGADD ($2121) with VMADDL ($2116).
---
You wrote to $2115, but that is VMAIN; the address register you want is VMADDL at $2116.
---
$4212 (HVBJOY) bit 7 signals vblank, while $4210 (RDNMI) bit 7 signals NMI.
---
The bug: the code writes to $2121 instead of $2122. $2121 is CGADD (the address), whereas CGDATA is $2122.
---
Writing $420B (MDMAEN) before $43x0-$43x6 are set up leads to garbage.
---
Mode 7 uses M7A ($211B) through M7D ($211E) and M7X/M7Y ($211F/$2120).
---
The player's X position at $7E0022 is copied to BG1HOFS.
---
Joypad 1 is read from JOY1L/JOY1H at $4218/$4219 after HVBJOY bit 0 clears.
---
Set up Mode 1 (BGMODE = $09), then TM = $17.
---
`$2140`–`$2143` are APUIO0 through APUIO3.
---
$2140-$2143 (APUIO0-APUIO3) talk to the SPC700.
---
WMDATA ($2180) accesses work RAM; its address is in WMADDL ($2181), WMADDM ($2182), and WMADDH ($2183).
---
In this routine STZ $4200 disables NMI. The register's name is NMITIMEN.
---
INIDISP = $2100, OBSEL = $2101, OAMADDL = $2102
---
INIDISP: $2100
OBSEL: $2101
OAMADDL: $2102
---
The sequence is INIDISP, then BGMODE at $2105, then TM at $212C.
---
sta.w $2100 ;INIDISP ; turn off screen
---
STA $002100 ; $2100 = INIDISP
---
CGADD, the CGRAM address register, is located at $2121 and CGDATA, the data port, at $2122.
---
TS and TM ($212D and $212C respectively) choose layers.
---
Unlike VMADDL at $2116, CGADD at $2121 is 8 bits.
---
Bit 7 of $2115 decides whether VMDATAL or VMDATAH triggers the increment.
"""
TRUE_TEXTS = _TEXTS.strip().split("\n---\n")


@pytest.mark.parametrize("text", TRUE_TEXTS)
def test_true_texts_are_not_contradicted(text: str) -> None:
    assert [claim.text for claim in name_claims(text) if claim.verdict != "supported"] == []


def test_most_of_them_are_confirmed() -> None:
    confirmed = [text for text in TRUE_TEXTS if name_claims(text)]
    assert len(confirmed) >= 0.7 * len(TRUE_TEXTS)
