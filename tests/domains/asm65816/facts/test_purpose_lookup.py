"""From words to the registers they describe, and how well the words tell registers apart."""

from __future__ import annotations

import pytest

from datasets_app.domains.asm65816.facts import Register, all_registers, check_claims, registers_for
from datasets_app.domains.asm65816.facts.concepts import find_concepts

FIRST_CHANNEL = [register for register in all_registers() if register.address < 0x4310]


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("screen brightness", "INIDISP"),
        ("VRAM address", "VMADDL VMADDH"),
        ("how the VRAM address increments", "VMAIN"),
        ("horizontal scroll of BG3", "BG3HOFS"),
        ("enable NMI", "NMITIMEN"),
        ("the high byte of the dividend", "WRDIVH"),
        ("start a DMA transfer", "MDMAEN"),
        ("the weather", ""),
    ],
)
def test_words_find_registers(words: str, names: str) -> None:
    assert " ".join(register.name for register in registers_for(words)) == names


def test_what_fits_all_of_the_words_comes_first() -> None:
    assert registers_for("NMI flag and CPU version")[0].name == "RDNMI"


@pytest.mark.parametrize("register", FIRST_CHANNEL, ids=lambda r: r.name)
def test_a_purpose_of_the_table_is_that_registers(register: Register) -> None:
    found = find_concepts(register.purpose.lower())
    assert any(register.address in concept.addresses for concept in found)
    assert all(register.address in concept.addresses or concept.weak for concept in found)


def test_one_registers_purpose_said_of_another_is_rarely_confirmed() -> None:
    verdicts = {"supported": 0, "contradicted": 0, "unknown": 0, "none": 0}
    for register in FIRST_CHANNEL[::3]:
        for other in FIRST_CHANNEL:
            if other is not register:
                purpose = other.purpose.replace(", channel 0", "")
                said = [c for c in check_claims(f"{register.name} controls {purpose}.") if c.kind == "register_purpose"]
                verdicts[said[0].verdict if said else "none"] += 1
    total = sum(verdicts.values())
    assert verdicts["supported"] < 0.01 * total
    assert verdicts["contradicted"] > 0.6 * total
