"""The register table: complete, unambiguous, and each row with its sources."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from datasets_app.domains.asm65816.registers import SOURCES, all_registers, register_at, register_named


def test_it_holds_every_address_of_the_hardware() -> None:
    addresses = [register.address for register in all_registers()]
    single = [address for address in addresses if address < 0x4300]
    channels = [0x4300 + channel * 16 + offset for channel in range(8) for offset in range(11)]
    assert len(single) == 104
    assert addresses[104:] == channels
    assert len(set(addresses)) == 192


def test_the_ranges_without_gaps_have_none() -> None:
    spans = ((0x2100, 0x213F), (0x2140, 0x2143), (0x2180, 0x2183), (0x4016, 0x4017), (0x4200, 0x420D), (0x4210, 0x421F))
    expected = [address for first, last in spans for address in range(first, last + 1)]
    assert [r.address for r in all_registers()][:104] == expected


def test_no_name_or_alias_belongs_to_two_registers() -> None:
    names = Counter(name.upper() for register in all_registers() for name in register.names)
    assert [name for name, count in names.items() if count > 1] == []


def test_every_row_says_where_its_name_is_from() -> None:
    for register in all_registers():
        assert register.sources, register.name
        assert set(register.sources) <= set(SOURCES.values())


def test_most_names_are_given_by_three_sources_or_more() -> None:
    agreed = [register for register in all_registers() if len(register.sources) >= 3]
    assert len(agreed) >= 170


@pytest.mark.parametrize("register", all_registers(), ids=lambda r: r.name)
def test_a_row_is_whole(register: object) -> None:
    from datasets_app.domains.asm65816.registers import Register

    assert isinstance(register, Register)
    assert register.access in {"R", "W", "RW"}
    assert re.fullmatch(r"[A-Z][A-Z0-9]+", register.name)
    assert (register.purpose and register.purpose[0].islower()) or register.purpose[:3] in {"PPU", "DMA", "HDM", "OAM"}
    assert all(bits.high >= bits.low >= 0 and bits.meaning for bits in register.bits)
    assert register.area in {"PPU", "APU", "WRAM", "CPU", "DMA"}


@pytest.mark.parametrize(
    ("address", "name"),
    [
        (0x2100, "INIDISP"),
        (0x2115, "VMAIN"),
        (0x2121, "CGADD"),
        (0x2137, "SLHV"),
        (0x213F, "STAT78"),
        (0x2183, "WMADDH"),
        (0x4016, "JOYSER0"),
        (0x4200, "NMITIMEN"),
        (0x420B, "MDMAEN"),
        (0x4216, "RDMPYL"),
        (0x4218, "JOY1L"),
        (0x4300, "DMAP0"),
        (0x4312, "A1T1L"),
        (0x4327, "DASB2"),
        (0x437A, "NLTR7"),
    ],
)
def test_well_known_pairs_hold_both_ways(address: int, name: str) -> None:
    at, named = register_at(address), register_named(name)
    assert at is not None and at.name == name
    assert named == at


def test_disagreements_of_the_sources_are_kept() -> None:
    middle = register_at(0x2182)
    assert middle is not None
    assert middle.disputed == ("WMADDH",)
    assert "WMADDH" in middle.disagreement
    line_counter = register_at(0x430A)
    assert line_counter is not None
    assert line_counter.sources == ("Anomie's register doc", "SNESdev wiki")
    assert {"NTLR0", "NTRL0"} <= set(line_counter.aliases)


def test_every_kind_of_fact_says_where_it_is_from() -> None:
    for register in all_registers():
        assert set(register.provenance) == {"name", "access", "bits", "purpose", *register.aliases}
        for kind, sources in register.provenance.items():
            assert set(sources) <= set(SOURCES.values())
            assert sources or (kind == "bits" and not register.bits)


def test_what_sources_dispute_beyond_names_is_kept() -> None:
    assert [r.label for r in all_registers() if r.disputed_twice] == ["$2104", "$2138"]
    assert [(r.label, r.disputed_access) for r in all_registers() if r.disputed_access] == [("$4211", "W")]
    for label in ("$2101", "$213E", "$2181", "$4016"):
        register = register_named(label.strip("$")) or register_at(int(label[1:], 16))
        assert register is not None and register.disagreement


@pytest.mark.parametrize(
    ("name", "bits"),
    [
        ("INIDISP", "7 3-0"),
        ("OBSEL", "7-5 4-3 2-0"),
        ("VMAIN", "7 3-2 1-0"),
        ("W12SEL", "7-6 5-4 3-2 1-0"),
        ("CGWSEL", "7-6 5-4 1 0"),
        ("COLDATA", "7 6 5 4-0"),
        ("SETINI", "7 6 3 2 1 0"),
        ("STAT77", "7 6 5 3-0"),
        ("STAT78", "7 6 4 3-0"),
        ("NMITIMEN", "7 5 4 0"),
        ("HVBJOY", "7 6 0"),
        ("MEMSEL", "0"),
        ("JOYSER1", "4-2 1-0"),
        ("DMAP3", "7 6 4 3 2-0"),
        ("NLTR3", "7 6-0"),
        ("SLHV", ""),
    ],
)
def test_the_fields_of_well_known_registers(name: str, bits: str) -> None:
    register = register_named(name)
    assert register is not None
    assert " ".join(str(field).removeprefix("bits ").removeprefix("bit ") for field in register.bits) == bits


def test_no_two_fields_of_a_register_overlap_but_for_mode_7() -> None:
    for register in all_registers():
        if "M7HOFS" in register.aliases or "M7VOFS" in register.aliases or register.name == "JOYSER0":
            continue
        taken = [bit for field in register.bits for bit in range(field.low, field.high + 1)]
        assert len(taken) == len(set(taken)), register.name
