"""Both samples that the strategy document prints as good are wrong, and the verdict shows how."""

from __future__ import annotations

from datasets_app.domains.asm65816.verify import verify
from datasets_app.domains.base import Context

DAMAGE = """```asm
LDA $0E20,X   ; Load enemy HP
SEC
SBC #$10      ; Subtract 16
STA $0E20,X   ; Store result
BPL .alive
STZ $0DD0,X   ; Kill enemy
.alive:
RTS
```"""
FASTER = """This routine damages an enemy by 16 HP.

**Optimization:**
```asm
LDA $0E20,X
SBC #$10      ; Carry already set from positive HP
BCC .kill     ; Branch if HP went negative
STA $0E20,X
RTS
.kill:
STZ $0DD0,X
RTS
```
Saves 1 cycle by using BCC instead of BPL and avoiding redundant store when killing."""
REVIEW = """Bug: XBA swaps A high/low bytes but doesn't affect X transfer.

**If intent was X = $1000:**
```asm
LDA #$00
XBA
LDA #$10  ; A = $1000
REP #$10  ; 16-bit index
TAX       ; X = $1000
```"""


def test_the_faster_routine_does_something_else() -> None:
    verdict = verify(FASTER, Context("Explain this ALTTP routine and suggest an optimization", DAMAGE))
    (finding,) = [one for one in verdict.findings if one.code == "other_effect"]
    assert finding.level == "bad"
    assert any(row[0].startswith("$00") or row[0].startswith("$7E") for row in finding.table)


def test_the_swapped_accumulator_is_not_1000() -> None:
    verdict = verify(REVIEW, Context("Review this code for bugs", "```asm\nLDA #$00\nXBA\nLDA #$10\nTAX\n```"))
    wrong = [one for one in verdict.findings if one.code == "value_contradicted"]
    assert [one.line for one in wrong] == [7, 9]
    assert "$0010" in wrong[1].message
