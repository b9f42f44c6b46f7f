"""A piece of a program: what it uses and does not define gets stand-ins, named once."""

from __future__ import annotations

import pytest

from datasets_app.domains.asm65816.assembler import assemble
from tests.domains.asm65816.assembler.asm import good


def stubbed(source: str) -> tuple[str, ...]:
    """What was stubbed, of a text that assembles with stubs and not without."""
    assert not assemble(source).ok
    return good(source, stub_missing=True).stubbed


def test_each_missing_name_is_named_once() -> None:
    source = "JSR Sub\nJSL Sub\nLDA !define\nSTA !define\n%macro(1)\nLDX #function(2)\ndb sizeof(Struct)"
    assert sorted(stubbed(source)) == ["!define", "%macro", "Struct", "Sub", "function()"]


def test_a_branch_to_a_missing_label_gets_its_own_address() -> None:
    for mnemonic, size in (("BNE", 2), ("BRL", 3), ("PER", 3)):
        assembly = good(f"org $018000\nfill 300\n{mnemonic} Far_away", stub_missing=True)
        (branch,) = assembly.instructions
        assert (branch.operand, branch.label) == (0x01812C, "Far_away")
        assert int.from_bytes(branch.data[1:], "little", signed=True) == -size


def test_calls_get_addresses_in_their_bank() -> None:
    jsr, jsl, lda = good("org $038000\nJSR Sub\nJSL Far\nLDA Table,X", stub_missing=True).instructions
    assert [placed.opcode.mnemonic for placed in (jsr, jsl, lda)] == ["JSR", "JSL", "LDA"]
    assert [len(placed.data) for placed in (jsr, jsl, lda)] == [3, 4, 3]
    addresses = [placed.operand for placed in (jsr, jsl, lda)]
    assert len(set(addresses)) == 3
    assert all(address is not None and address >> 15 == 7 for address in addresses)


def test_a_missing_define_is_as_wide_as_the_registers_were_last_set() -> None:
    source = "SEP #$30\nLDA #!a\nREP #$20\nLDA #!a\nLDX #!a\nSEP #$20\nLDA #!a"
    widths = [len(placed.data) - 1 for placed in good(source, stub_missing=True).instructions]
    assert widths == [1, 1, 1, 2, 1, 1, 1]


def test_an_operand_that_is_a_missing_define_says_so() -> None:
    assert good("LDA !hp", stub_missing=True).instructions[0].label == "!hp"


@pytest.mark.parametrize(
    "source", ["for i = 0..!n\nNOP\nendfor", "rep !n : NOP", "fill !n", "if !n\nNOP\nendif", "!code"]
)
def test_a_stand_in_never_decides_how_often(source: str) -> None:
    assert good(source, stub_missing=True).code == b""


def test_a_sublabel_without_parent_is_let_pass_with_a_warning() -> None:
    assembly = good(".loop:\nBNE .loop", stub_missing=True)
    assert assembly.code.hex(" ") == "d0 fe"
    assert [one.code for one in assembly.diagnostics] == ["label_missing_parent"]
    assert assembly.stubbed == ()


@pytest.mark.parametrize("source", ["LDQ #1", "BRA +", "STA #1", "x: fill 300\nBNE x", "%m", "if 1"])
def test_other_mistakes_stay_mistakes(source: str) -> None:
    assert not assemble(source, stub_missing=True).ok


def test_a_text_that_defines_all_needs_none() -> None:
    assert good("!a = 1\nMain: LDA #!a\nBNE Main", stub_missing=True).stubbed == ()
