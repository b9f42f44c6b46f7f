"""A project's own symbols: both file formats, refusals with their lines, and claims judged by them."""

from __future__ import annotations

import pytest

from datasets_app.domains.asm65816.facts import BadSymbols, check_claims, parse_symbols

WLA = """; made by an assembler
[labels]
00:8000 Reset
00:8123 Main_loop
7E:0010 GAMEMODE ; what runs
7E:0022 LinkX

[source files]
0000 1234 main.asm
"""
SYMBOLS = parse_symbols(WLA)
MARKS = {"supported": "+", "contradicted": "-", "unknown": "?"}


def test_a_wla_file_gives_its_labels_and_nothing_else() -> None:
    assert SYMBOLS.pairs == ((0x8000, "Reset"), (0x8123, "Main_loop"), (0x7E0010, "GAMEMODE"), (0x7E0022, "LinkX"))


def test_json_gives_the_same() -> None:
    assert parse_symbols('{"$7E0010": "GAMEMODE", "00:8000": "Reset", "0x7E22": "X2"}').pairs == (
        (0x7E0010, "GAMEMODE"),
        (0x008000, "Reset"),
        (0x7E22, "X2"),
    )


def test_an_address_may_have_several_names_and_a_name_several_places() -> None:
    symbols = parse_symbols("00:8000 Start\n00:8000 Reset\n01:8000 Start\n")
    assert symbols.at(0x8000) == ("Start", "Reset")
    assert symbols.addresses_of("Start") == (0x8000, 0x18000)


def test_low_work_ram_is_one_place_with_its_mirrors() -> None:
    assert SYMBOLS.at(0x0010) == SYMBOLS.at(0x7E0010) == SYMBOLS.at(0x800010) == ("GAMEMODE",)
    assert SYMBOLS.at(0x7F0010) == ()


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("[labels]\n00:8000\n", "Line 2: “00:8000” is no label; expected a line like “00:8000 Name”."),
        ("[labels]\n00:8000 A\n8000 B\n", "Line 3: “8000 B” is no label"),
        ('{"$7E0000": "A",\n "zz": "B"}', "Line 2: “zz” is no address; write it like $7E0000."),
        ('{"$7E0000": 3}', "Line 1: $7E0000 needs a name in quotes."),
        ('{"$7E0000": "A",}', "Line 1: this is not JSON"),
        ('["A"]', 'Line 1: expected an object like {"$7E0000": "NAME"}.'),
        ('{"$7E0000": "two words"}', "Line 1: “two words” is no name."),
        ("", 'It holds no names. Expected JSON like {"$7E0000": "NAME"} or lines like “00:8000 Name”.'),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_line(text: str, problem: str) -> None:
    with pytest.raises(BadSymbols, match="The symbol map cannot be read") as refusal:
        parse_symbols(text)
    assert problem in str(refusal.value)


def test_many_problems_are_counted() -> None:
    with pytest.raises(BadSymbols, match="And 3 more") as refusal:
        parse_symbols("no\n" * 8)
    assert len(refusal.value.problems) == 8


@pytest.mark.parametrize(
    ("verdicts", "text"),
    [
        ("+", "$7E0010 is GAMEMODE."),
        ("+", "$0010 is GAMEMODE."),
        ("-", "GAMEMODE is at $7E0011."),
        ("+", "LinkX ($7E0022) is where he stands."),
        ("-", "STA $7E0010 ; LinkX"),
        ("+", "STA $7E0022 ; LinkX"),
        ("+-", "Reset is at $008000. GAMEMODE lives at $7E0022."),
        ("-", "$7E0022 is called GAMEMODE."),
        ("+", "$7E0022 is not GAMEMODE."),
        ("-", "Main_loop is at $008124."),
        ("?", "$7E0010 GAMEMODE LinkX Reset"),
        ("", "Reset GAMEMODE before LinkX is read."),
    ],
)
def test_claims_of_own_names_are_judged(verdicts: str, text: str) -> None:
    assert "".join(MARKS[claim.verdict] for claim in check_claims(text, SYMBOLS)) == verdicts


def test_they_have_a_kind_of_their_own_and_say_what_is_true() -> None:
    (claim,) = check_claims("$7E0010 is LinkX.", SYMBOLS)
    assert (claim.kind, claim.verdict, claim.name, claim.truth) == (
        "symbol_name",
        "contradicted",
        "LinkX",
        "$7E0010 is GAMEMODE.",
    )
    assert all(claim.kind != "symbol_name" for claim in check_claims("$7E0010 is LinkX."))


def test_the_hardware_outranks_a_map() -> None:
    symbols = parse_symbols("00:2100 SCREEN\n7E:0010 INIDISP\n")
    assert [c.verdict for c in check_claims("$2100 is INIDISP.", symbols)] == ["supported"]
    assert [c.verdict for c in check_claims("$2100 is SCREEN.", symbols)] == ["supported"]
    assert [c.verdict for c in check_claims("INIDISP is at $7E0010.", symbols)] == ["contradicted"]
