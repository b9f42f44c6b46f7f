"""Sentences as a person who knows the machine writes them about code: nothing in them may be contradicted."""

from __future__ import annotations

import pytest

from datasets_app.domains.asm65816.facts import check_claims

_TEXTS = """
This routine disables interrupts by writing $00 to NMITIMEN, then forces blank by storing $80 to INIDISP ($2100), so
that VRAM can be written safely.
---
First, SEP #$20 switches the accumulator to 8-bit mode. Then LDA #$80 loads the forced blank bit and STA $2100
writes it to INIDISP.
---
After setting VMAIN to $80, each write to $2119 increments the VRAM address by one word.
---
The DMA controller reads from the source address in A1T0L/A1T0H/A1B0 and writes to the B-bus register given by BBAD0
($18 for VMDATAL).
---
The loop runs until HVBJOY bit 7 is set, which tells us that vblank has begun; reading $4210 would acknowledge the
NMI.
---
STZ $420C turns off HDMA before the general DMA is started via MDMAEN.
---
The optimized version uses STZ instead of LDA #$00 / STA, which saves 2 bytes and 2 cycles.
---
Because X is 16-bit, LDX #$0000 takes 3 bytes and 3 cycles.
---
XBA swaps the high and low bytes of the accumulator and takes 3 cycles; it sets N and Z according to the new low
byte.
---
INC A affects only N and Z, so the carry from the ADC is preserved for the next byte.
---
CMP #$10 sets the carry flag if A is greater than or equal to $10; BCS then branches.
---
BCC is taken when A < $10, because CMP clears the carry in that case.
---
PHP/PLP preserve the status register, including the M and X flags, so REP #$30 inside the routine is safe.
---
JSR pushes the 16-bit return address and takes 6 cycles; JSL pushes 24 bits and takes 8.
---
The instruction at $8000 is A9 80, which is LDA #$80 in 8-bit mode.
---
Writing to $4203 starts the multiplication. After 8 cycles the product is in $4216/$4217.
---
$2140-$2143 are the ports to the SPC700. Write $CC to $2141 to start the upload.
---
The palette index goes to CGADD and two bytes per color go to CGDATA.
---
Setting bit 0 of MEMSEL enables FastROM, which makes accesses to banks $80-$FF faster.
---
Use TM ($212C) to enable BG1 and sprites on the main screen. TS does the same for the sub screen.
---
The screen brightness is in the lower 4 bits of INIDISP, so LDA #$0F / STA $2100 turns the screen on at full
brightness.
---
In this code, $2100 receives $8F (forced blank), $2105 receives $09 (mode 1 with BG3 priority), and $212C receives
$17.
---
STA $2118 writes the low byte of VRAM data, while STA $2119 writes the high byte and triggers the increment.
---
DMA channel 0 copies 544 bytes to OAM through $2104.
---
Note that $4212 must be polled before reading JOY1L, because auto-joypad reading takes about three scanlines.
---
Each iteration takes 15 cycles: LDA $10,X (4), STA $2118 (4), DEX (2), BNE (3) plus overhead.
---
The original code takes 12 bytes; the new one is 9 bytes. LDA #$00 is gone.
---
INIDISP is written during NMI to fade in the palette smoothly.
---
Don't write to $2122 outside of vblank: palette data would be lost.
---
HDMA to INIDISP changes the brightness per scanline; HDMA to COLDATA changes the fixed color.
---
A common bug is writing the VRAM address to $2118 instead of $2116.
---
OAMADDL and OAMADDH hold the OAM address; OAMDATA takes the sprite data.
---
Bit 7 of NMITIMEN enables NMI, bits 5 and 4 enable the V and H IRQ, and bit 0 enables auto joypad read.
---
RDNMI must be read in the NMI handler to clear the NMI flag.
---
The window positions are in WH0 to WH3, and the masks in W12SEL, W34SEL and WOBJSEL.
---
WRIO bit 7 allows the H/V counters to be latched; reading SLHV latches them, then OPHCT and OPVCT are read twice
each.
---
To set the VRAM address, write VMADDL and VMADDH, then use INIDISP to end forced blank.
---
LDA $2100,X would read open bus. STA.l $7E2000 stores to WRAM, not to a register.
---
Load the accumulator with the brightness, then store it in $2100 and set the mosaic size in $2106.
---
The value in $4200 enables NMI. $4201 is left alone.
---
With A = 8 bits, LDA $4218 reads only the low byte of joypad 1.
---
JOY1L is $4218 and it is only updated when bit 0 of $4200 is set.
---
ASL shifts A left and puts the old bit 7 into carry, ROL then rotates the carry into the next byte.
---
MVN copies bytes with 7 cycles each. The bank bytes follow the opcode $54.
---
REP #$20 takes 3 cycles and is 2 bytes long, so switching modes costs 6 cycles in total.
---
BRA takes 3 cycles and JMP also takes 3, but BRA is one byte shorter.
---
TAX with a 16-bit index copies both bytes of the accumulator, even though A is 8-bit.
---
The direct page version, LDA $10, is 2 bytes, while LDA $0010 would be 3 bytes.
---
A read from $213F resets the counter flip-flops. STAT78 bit 4 tells PAL from NTSC.
---
BG1HOFS is write-twice, so STA $210D is done two times, low byte first.
"""
TEXTS = _TEXTS.strip().split("\n---\n")


@pytest.mark.parametrize("text", TEXTS)
def test_a_true_sentence_is_not_contradicted(text: str) -> None:
    assert [claim for claim in check_claims(text) if claim.verdict != "supported"] == []


def test_many_of_them_are_confirmed() -> None:
    assert sum(bool(check_claims(text)) for text in TEXTS) >= 0.4 * len(TEXTS)
