"""What a text is about: the registers that it names most, else the sort of instructions that it is made of."""

from __future__ import annotations

import pytest

from datasets_app.domains.asm65816.facts.instructions import all_instructions
from datasets_app.domains.asm65816.registers import all_registers
from datasets_app.domains.asm65816.topics import NOTHING, TOPICS, topic_of
from datasets_app.domains.base import get_domain


@pytest.mark.parametrize("register", all_registers(), ids=lambda one: one.label)
def test_every_register_has_a_family(register: object) -> None:
    label = register.label  # type: ignore[attr-defined]
    assert topic_of(f"What is at {label}?") in TOPICS
    assert topic_of(f"What is at {label}?") != NOTHING


@pytest.mark.parametrize("mnemonic", all_instructions())
def test_every_instruction_has_a_group(mnemonic: str) -> None:
    assert topic_of(f"What does `{mnemonic}` do?") not in ("", NOTHING)


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("Start DMA with $420B after filling $4300 and $4301.", "dma"),
        ("$420C starts HDMA; it reads the table at $4308.", "hdma"),
        ("How is OAMDATA written?", "sprites"),
        ("M7A times M7B gives a product in MPYL.", "mode7"),
        ("WRMPYA, WRMPYB and then RDMPYL.", "multiply_divide"),
        ("Read JOY1L after HVBJOY. JOY1H holds the rest.", "joypads"),
        ("INIDISP first, then VMAIN.", "display"),
        ("INIDISP, then VMAIN and VMADDL.", "vram"),
        ("```asm\nLDA #$01\nCLC\nADC $10\nSTA $12\nRTS\n```", "arithmetic"),
        ("```asm\n  LDA $10 ; PHA, PHA and PHA\n  STA $12\n  RTS\n```", "loads"),
        ("```asm\nloop: LDA $10,X\nDEX\nBNE loop\nRTS\n```", "index"),
        ("```asm\nLDX #$00 : LDY #$10 : MVN $7E,$7F\n```", "block_move"),
        ("```asm\nLDA $2139\nADC $10\nADC $12\n```", "vram"),
        ("Which of the games was the first?", "other"),
        ("", "other"),
    ],
)
def test_topics(text: str, topic: str) -> None:
    assert topic_of(text) == topic


def test_names_and_labels_fit_their_column() -> None:
    assert all(0 < len(name) <= 48 and label for name, label in TOPICS.items())


def test_domains_without_tools_tell_nothing() -> None:
    assert get_domain("text").topic("What is at $2100?") == ""
    assert get_domain("asm65816").topic("What is at $2100?") == "display"
