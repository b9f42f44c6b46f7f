"""Bytes become asar source that a person can read."""

from __future__ import annotations

import pytest

from datasets_app.domains.asm65816.disassembler import disassemble, disassembled_rows


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("A9 12", "LDA.b #$12"),
        ("A2 12", "LDX.b #$12"),
        ("C2 20", "REP #$20"),
        ("A5 12", "LDA.b $12"),
        ("AD 34 12", "LDA.w $1234"),
        ("AF 56 34 12", "LDA.l $123456"),
        ("B5 12", "LDA.b $12,X"),
        ("BF 56 34 12", "LDA.l $123456,X"),
        ("B9 34 12", "LDA $1234,Y"),
        ("B6 12", "LDX.b $12,Y"),
        ("96 12", "STX $12,Y"),
        ("B2 12", "LDA ($12)"),
        ("A1 12", "LDA ($12,X)"),
        ("B1 12", "LDA ($12),Y"),
        ("A7 12", "LDA [$12]"),
        ("B7 12", "LDA [$12],Y"),
        ("A3 12", "LDA $12,S"),
        ("B3 12", "LDA ($12,S),Y"),
        ("0A", "ASL A"),
        ("EA", "NOP"),
        ("00 12", "BRK #$12"),
        ("42 12", "WDM #$12"),
        ("20 34 12", "JSR $1234"),
        ("22 56 34 12", "JSL $123456"),
        ("5C 56 34 12", "JML $123456"),
        ("6C 34 12", "JMP ($1234)"),
        ("7C 34 12", "JMP ($1234,X)"),
        ("DC 34 12", "JML [$1234]"),
        ("FC 34 12", "JSR ($1234,X)"),
        ("F4 34 12", "PEA $1234"),
        ("D4 12", "PEI ($12)"),
        ("54 7E 7F", "MVN $7E,$7F"),
    ],
)
def test_each_way_of_addressing_is_written_as_asar_takes_it(code: str, text: str) -> None:
    assert disassemble(bytes.fromhex(code)) == f"    {text}\n"


def test_branches_inside_the_code_use_labels() -> None:
    assert disassemble(bytes.fromhex("CA D0 FD 60")) == "L008000:\n    DEX\n    BNE L008000\n    RTS\n"
    assert disassemble(bytes.fromhex("F0 00")) == "    BEQ L008002\nL008002:\n"


def test_without_labels_and_outside_the_code_they_show_offset_and_target() -> None:
    assert disassemble(bytes.fromhex("CA D0 FD"), labels=False) == "    DEX\n    BNE $FD  ; to $008000\n"
    assert disassemble(bytes.fromhex("80 10")) == "    BRA $10  ; to $008012\n"
    assert disassemble(bytes.fromhex("82 00 10"), origin=0x018000) == "    BRL $1000  ; to $019003\n"


def test_a_branch_into_an_instruction_has_no_label() -> None:
    assert "BRA $FF" in disassemble(bytes.fromhex("80 FF"))


def test_a_tail_that_is_cut_off_is_data() -> None:
    assert disassemble(bytes.fromhex("EA AD 34")) == "    NOP\n    db $AD,$34\n"


def test_nothing_is_nothing() -> None:
    assert disassemble(b"") == ""


def test_rows_tell_what_each_instruction_is() -> None:
    rep, lda = disassembled_rows(bytes.fromhex("C2 20 A9 34 12"))
    assert (lda.address, lda.data, lda.text, lda.operand) == (0x8002, bytes.fromhex("A9 34 12"), "LDA.w #$1234", 0x1234)
    assert lda.opcode is not None
    assert (lda.opcode.mnemonic, lda.m, lda.x, rep.m) == ("LDA", False, True, True)


def test_rows_of_branches_and_moves_tell_targets_and_banks() -> None:
    bra, mvn = disassembled_rows(bytes.fromhex("80 10 54 7E 7F"), origin=0x01FFF8)
    assert (bra.operand, mvn.operand) == (0x01000A, 0x7E7F)
