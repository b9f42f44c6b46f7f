"""`afs asm facts`: registers, opcodes and instructions with their sources."""

from __future__ import annotations

import pytest

from tests.commands.conftest import Afs


@pytest.mark.parametrize("what", ["2100", "$2100", "$00:2100", "inidisp", "screen brightness"])
def test_a_register_by_address_name_or_purpose(afs: Afs, what: str) -> None:
    said = afs("asm", "facts", *what.split())
    assert said.status == 0
    assert said.out.startswith("$2100 INIDISP: forced blank and screen brightness  [")
    assert "  access: write only  [fullsnes" in said.out
    assert "  bits 3-0: brightness  [" in said.out


def test_what_sources_dispute_is_told(afs: Afs) -> None:
    assert "sources differ: " in afs("asm", "facts", "2182").out


def test_a_word_and_a_pattern_give_every_register(afs: Afs) -> None:
    assert [line[:5] for line in afs("asm", "facts", "VMADD").out.splitlines() if line.startswith("$")] == [
        "$2116",
        "$2117",
    ]
    assert afs("asm", "facts", "DMAPx").out.count("\n$43") + 1 == 8


def test_a_wide_purpose_lists_what_fits(afs: Afs) -> None:
    said = afs("asm", "facts", "tilemap", "address")
    assert [line.split()[1] for line in said.out.splitlines()] == ["BG1SC", "BG2SC", "BG3SC", "BG4SC"]


def test_an_opcode_byte(afs: Afs) -> None:
    said = afs("asm", "facts", "B1")
    assert said.out.startswith("$B1 is LDA ($12),Y: loads A  [WDC")
    assert "  cycles: 5  [" in said.out
    assert "1 more with a 16-bit A" in said.out
    assert "N (negative), Z (zero)" in said.out


@pytest.mark.parametrize("name", ["LDX", "ldx"])
def test_an_instruction_has_its_encodings(afs: Afs, name: str) -> None:
    said = afs("asm", "facts", name)
    assert said.out.startswith("LDX: loads X\n")
    assert ["$A2", "LDX.b", "#$12", "2", "or", "3", "2"] in [line.split()[:7] for line in said.out.splitlines()]
    assert "  5 encodings  [WDC" in said.out


def test_an_alias_of_other_assemblers(afs: Afs) -> None:
    assert afs("asm", "facts", "BLT").out.startswith("BCC: ")


@pytest.mark.parametrize(
    ("what", "hint"),
    [
        ("INIDIPS", "Did you mean INIDISP?"),
        ("JSQ", "Did you mean JS"),
        ("2150", "No register is there; next to it: $2143 APUIO3 and $2180 WMDATA."),
        ("soup", "Nothing is known of “soup”. Ask for"),
        ("", "Nothing is known of “”. Ask for"),
    ],
)
def test_what_is_not_known_is_refused_with_what_is_near(afs: Afs, what: str, hint: str) -> None:
    said = afs("asm", "facts", what)
    assert (said.status, said.out, said.err.count("\n")) == (1, "", 1)
    assert hint in said.err
