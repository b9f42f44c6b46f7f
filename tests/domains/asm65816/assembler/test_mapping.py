"""Where bytes go: org, base, pushpc, banks, memory maps."""

from __future__ import annotations

import pytest

from datasets_app.domains.asm65816.assembler.mapping import MAPPERS
from tests.domains.asm65816.assembler.asm import code, errors, good, warnings


def test_the_text_begins_at_its_origin() -> None:
    assert good("x: NOP", origin=0x9A8000).blocks == ((0x9A8000, b"\xea"),)


def test_org_begins_a_block_and_neighbours_are_one() -> None:
    source = "org $018000\ndb 1\norg $018001\ndb 2\norg $028000\ndb 3\norg $018000\ndb 4"
    assert good(source).blocks == ((0x018000, b"\x01\x02"), (0x028000, b"\x03"), (0x018000, b"\x04"))


def test_base_moves_labels_and_not_bytes() -> None:
    assembly = good("base $7E0000\nx: LDA.w x\nbase off\ny: dl x,y,realbase(),pc()")
    assert assembly.blocks[0][0] == 0x8000
    assert assembly.labels == {"x": 0x7E0000, "y": 0x8003}
    assert assembly.instructions[0].address == 0x7E0000
    assert code("pushbase\nbase $7E0000\nNOP\npullbase\nx: dw x") == "ea 00 80"


def test_pushpc_keeps_the_place() -> None:
    assert good("NOP\npushpc\norg $018000\nRTS\npullpc\nRTL").blocks == (
        (0x8000, b"\xea"),
        (0x018000, b"\x60"),
        (0x8001, b"\x6b"),
    )


@pytest.mark.parametrize(
    ("name", "address", "offset"),
    [
        ("lorom", 0x018000, 0x8000),
        ("lorom", 0x80FFFF, 0x7FFF),
        ("lorom", 0x708000, 0x380000),
        ("lorom", 0x008000 - 1, -1),
        ("lorom", 0x7E8000, -1),
        ("lorom", 0x700000, -1),
        ("hirom", 0xC00000, 0),
        ("hirom", 0x008000, 0x8000),
        ("hirom", 0x000000, -1),
        ("exlorom", 0x808000, 0),
        ("exlorom", 0x008000, 0x400000),
        ("exhirom", 0xC00000, 0),
        ("exhirom", 0x400000, 0x400000),
        ("norom", 0x123456, 0x123456),
    ],
)
def test_addresses_lie_in_the_file_where_the_memory_map_says(name: str, address: int, offset: int) -> None:
    assert MAPPERS[name].to_file(address) == offset


@pytest.mark.parametrize("name", MAPPERS)
def test_the_way_back_leads_to_the_same_offset(name: str) -> None:
    mapper = MAPPERS[name]
    for offset in range(0, 0x800000, 0x5555):
        address = mapper.to_snes(offset)
        assert address == -1 or mapper.to_file(address) in (offset, -1)  # RAM hides part of banks $70 to $7F.


def test_a_bank_can_be_crossed_when_the_text_says_so() -> None:
    source = "check bankcross off\norg $00FFFE\nLDA $123456\nx: dl x"
    assert good(source).blocks == ((0xFFFE, b"\xaf\x56"), (0x018000, b"\x34\x12\x02\x80\x01"))


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        ("org $00FFFF\ndb 1,2", "bank_crossed"),
        ("check bankcross half\nhirom\norg $C07FFF\ndb 1,2", "bank_crossed"),
        ("org $7E0000\nNOP", "not_in_rom"),
        ("org $1000000", "address_out_of_range"),
        ("base -1", "address_out_of_range"),
        ("pullpc", "pullpc_without_pushpc"),
        ("pushpc", "pushpc_without_pullpc"),
        ("pullbase", "pullbase_without_pushbase"),
        ("NOP\nwarnpc $008000", "warnpc_failed"),
        ("check sums off", "broken_command"),
        ("lorom $8000", "wrong_word_count"),
    ],
)
def test_what_goes_nowhere_is_refused(source: str, problem: str) -> None:
    assert errors(source) == [problem]


def test_after_pushpc_code_needs_an_org() -> None:
    assert warnings("pushpc\nNOP\npullpc") == ["missing_org"]


def test_another_memory_map_is_warned_about() -> None:
    assert warnings("lorom\nhirom") == ["mapper_chosen"]
