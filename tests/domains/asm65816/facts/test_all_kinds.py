"""All kinds of claim at once: where they stand, what they are called, and texts that must not be contradicted."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datasets_app.domains.asm65816.domain import DOMAIN
from datasets_app.domains.asm65816.facts import KINDS, check_claims
from datasets_app.domains.base import Generator
from tests.domains.asm65816.facts.test_claims_in_true_texts import TRUE_TEXTS

SEED_SAMPLE = "```asm\nLDA #$00\nXBA\nLDA #$10  ; A = $1000\nREP #$10  ; 16-bit index\nTAX       ; X = $1000\n```"

_TEXTS = """
`LDA #$1234` is three bytes long and `LDA #$12` two, because asar takes the size from the digits. Both load A and set
the N and Z flags.
---
INX does not touch the carry, so you can use it between ADC and the next ADC. CLC clears the carry flag before the sum.
---
SEP #$20 makes A 8 bits wide. REP #$30 then widens A, X and Y to 16 bits.
---
The brightness in the low nibble of INIDISP only shows when forced blank is off. NMITIMEN enables the NMI.
---
Reading $2100 gives open bus, because the register is write-only. RDNMI is read-only, and reading it clears the flag.
---
Use DMA to copy the palette: BBAD0 = $22 points at CGDATA, A1T0L holds the source address, DAS0L the byte count.
---
A taken branch costs 3 cycles, a branch not taken 2. BRA takes 3 cycles; STA $2100 takes 4 cycles with an 8-bit A.
---
The opcode of NOP is $EA, and XBA is $EB. LDA immediate is $A9, LDA absolute is $AD.
---
BCC branches when the carry is clear, BCS when it is set. After CMP, BCS branches if the carry is set.
---
CGDATA is written twice, low byte first. INIDISP takes a single write. The scroll registers are write-twice registers.
---
SEP #$20
LDA #$8F    ; A = $8F
STA $2100   ; forced blank
REP #$20    ; 16-bit A
LDA #$1234  ; 3 bytes, 3 cycles
STA $10     ; save it
---
To multiply, write to WRMPYA ($4202) and WRMPYB ($4203), wait 8 cycles, and read the product from RDMPYL.
---
PHK
PLB
LDA $2100   ; the bank is the program's, so this may be ROM
---
The loop copies 2 bytes per pass: LDA $10,X takes 4 cycles or more, STA $20,X too, and the INX pair adds 4 cycles.
---
HDMAEN ($420C) enables HDMA while MDMAEN ($420B) starts a general DMA. Do not enable both for one channel.
---
Does $2100 control the VRAM address? Is LDA #$12 three bytes? No: think again.
---
To force blank the screen, set bit 7 of INIDISP; VRAM can be written then, at the address in VMADDL.
---
Store the high byte first? No. M7A takes two writes, and the product of M7A and M7B is read from MPYL to MPYH.
---
`REP #$20` is 2 bytes and clears the M flag, so that `LDA #$0000` assembles to A9 00 00.
---
PHP saves the flags and PLP restores them, so that the caller's widths survive SEP #$30.
"""


@pytest.mark.parametrize("text", [*_TEXTS.strip().split("\n---\n"), *TRUE_TEXTS])
def test_true_texts_are_not_contradicted(text: str) -> None:
    assert [claim for claim in check_claims(text) if claim.verdict != "supported"] == []


def test_the_seed_sample_is_contradicted_by_running_it() -> None:
    found = [(c.text, c.verdict, c.truth, c.line) for c in check_claims(SEED_SAMPLE) if c.kind == "value"]
    assert found == [
        ("A = $1000", "contradicted", "A is $0010 here.", 4),
        ("X = $1000", "contradicted", "X is $0010 here.", 6),
    ]


@pytest.mark.parametrize("generator", DOMAIN.generators, ids=lambda g: g.name)
def test_what_generators_write_is_never_contradicted(generator: Generator) -> None:
    # Those of the pool run every draft, and have tests of their own.
    for params in generator.plan(1500 if generator.name in ("register_facts", "routines", "demo_set") else 60, 7):
        draft = generator.write(params)
        for text in (draft.instruction, draft.input, draft.output, f"{draft.input}\n\n{draft.output}"):
            assert [c for c in check_claims(text) if c.verdict != "supported"] == []


def test_a_claim_says_where_it_stands_and_what_is_true() -> None:
    text = "First.\nINIDISP sets the VRAM address, and `LDA #$1234` is 2 bytes."
    purpose, size = check_claims(text)
    assert (purpose.kind, purpose.line, purpose.address, purpose.name) == ("register_purpose", 2, 0x2100, "INIDISP")
    assert purpose.truth == "INIDISP ($2100) is for forced blank and screen brightness."
    assert text[purpose.start : purpose.end] == purpose.text == "INIDISP sets the VRAM address"
    assert (size.kind, size.name, size.truth) == ("instruction_size", "LDA", "LDA #$1234 takes 3 bytes.")


def test_questions_claim_nothing_of_any_kind() -> None:
    asked = "Is INIDISP the VRAM address register? Is LDA #$12 4 bytes? Does INX affect the carry flag? Is $EA BRK?"
    assert check_claims(asked) == []


WORDS = """INIDISP $2100 VMADDL is not controls sets the VRAM address brightness LDA #$12 STA REP SEP #$20 8-bit 16-bit
A X bytes 2 3 cycles takes carry flag affects $A9 opcode ; = \n ` . , ( ) read-only written twice from to é | : ```"""


@given(st.lists(st.sampled_from(WORDS.split(" ")), max_size=40).map(" ".join) | st.text(max_size=200))
def test_any_text_is_read_and_every_span_is_its_own(text: str) -> None:
    for claim in check_claims(text):
        assert claim.kind in KINDS
        assert 0 <= claim.start < claim.end <= len(text)
        assert text[claim.start : claim.end] == claim.text
        assert 1 <= claim.line <= text.count("\n") + 1


@pytest.mark.parametrize(
    "text",
    [
        "LDA #$12 is 2 bytes and " * 800,
        "INIDISP controls the VRAM address and " * 500,
        "SEP #$20 8-bit " * 1000,
        "`" * 5000,
        "LDA #$01 ; A = 1\n" * 1500,
        "is set by INIDISP " * 800,
        "carry and zero and " * 1000 + "LDA",
    ],
    ids=lambda text: text[:12],
)
def test_long_texts_come_to_an_end(text: str) -> None:
    for claim in check_claims(text):
        assert claim.text == text[claim.start : claim.end]
