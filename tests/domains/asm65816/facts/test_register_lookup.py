"""Looking a register up: by any way of writing its address, by name, alias, word and channel pattern."""

from __future__ import annotations

import pytest

from datasets_app.domains.asm65816.registers import find_register, parse_address, register_at, registers_named


@pytest.mark.parametrize(
    "text",
    ["$2100", "2100", "0x2100", "2100h", "$002100", "$00:2100", "$80:2100", "$bf2100", " $2100 ", "inidisp", "INIDISP"],
)
def test_one_register_many_ways(text: str) -> None:
    register = find_register(text)
    assert register is not None
    assert register.name == "INIDISP"


@pytest.mark.parametrize(
    "text", ["$7E2100", "$40:2100", "$C02100", "$2200", "$420E", "$430B", "VMAINE", "", "$21", "21000"]
)
def test_what_is_no_register(text: str) -> None:
    assert find_register(text) is None


def test_registers_show_in_the_lower_half_of_system_banks_only() -> None:
    shown = [bank for bank in range(256) if register_at(bank << 16 | 0x2100)]
    assert shown == [*range(0x40), *range(0x80, 0xC0)]


@pytest.mark.parametrize(
    ("alias", "name"), [("OBJSEL", "OBSEL"), ("OAMDATAREAD", "RDOAM"), ("NTRL3", "NLTR3"), ("DAS5B", "DASB5")]
)
def test_an_alias_finds_its_register(alias: str, name: str) -> None:
    register = find_register(alias)
    assert register is not None
    assert register.name == name


def test_a_word_covers_its_pair_and_a_pattern_every_channel() -> None:
    assert [r.label for r in registers_named("VMADD")] == ["$2116", "$2117"]
    assert [r.label for r in registers_named("A1T2")] == ["$4322", "$4323"]
    assert [r.label for r in registers_named("DMAPx")] == [f"$43{channel}0" for channel in range(8)]
    assert registers_named("NOTHING") == ()


def test_an_address_is_read_with_its_bank() -> None:
    assert parse_address("$7E:2000") == 0x7E2000
    assert parse_address("INIDISP") is None
