"""Which addressing an operand asks for, and which width: asar counts the digits that are written."""

from __future__ import annotations

import pytest

from tests.domains.asm65816.assembler.asm import code, errors, warnings


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("LDA $12", "a5 12"),
        ("LDA $0012", "ad 12 00"),
        ("LDA $000012", "af 12 00 00"),
        ("LDA 255", "a5 ff"),
        ("LDA 256", "ad 00 01"),
        ("LDA %00010010", "a5 12"),
        ("LDA $12+$1234", "ad 46 12"),
        ("LDA $12,X", "b5 12"),
        ("LDA $1234,x", "bd 34 12"),
        ("LDA $123456,X", "bf 56 34 12"),
        ("LDA $1234,Y", "b9 34 12"),
        ("LDX $12,Y", "b6 12"),
        ("STX $12,Y", "96 12"),
        ("STY $12,X", "94 12"),
        ("LDA ($12)", "b2 12"),
        ("LDA ($12,X)", "a1 12"),
        ("LDA ($12),Y", "b1 12"),
        ("LDA [$12]", "a7 12"),
        ("LDA [$12],Y", "b7 12"),
        ("LDA $12,S", "a3 12"),
        ("LDA ($12,S),Y", "b3 12"),
        ("LDA ($12)+1", "a5 13"),
        ("JMP ($1234)", "6c 34 12"),
        ("JMP ($12)", "6c 12 00"),
        ("JMP ($1234,X)", "7c 34 12"),
        ("JSR ($1234,X)", "fc 34 12"),
        ("JMP [$1234]", "dc 34 12"),
        ("JML [$1234]", "dc 34 12"),
        ("JML $12", "5c 12 00 00"),
        ("JSL $123456", "22 56 34 12"),
        ("PEA $12", "f4 12 00"),
        ("PEI ($12)", "d4 12"),
        ("MVN $7E,$7F", "54 7e 7f"),
        ("MVP $7E7F", "44 7f 7e"),
        ("ASL", "0a"),
        ("ASL A", "0a"),
        ("inc a", "1a"),
        ("BRK", "00 00"),
        ("COP #$12", "02 12"),
        ("WDM #$12", "42 12"),
    ],
)
def test_an_operand_becomes_the_opcode_that_asar_takes(source: str, expected: str) -> None:
    assert code(source) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("LDA.b $1234&$FF", "a5 34"),
        ("LDA.w $12", "ad 12 00"),
        ("LDA.l $12", "af 12 00 00"),
        ("LDA.L $12,X", "bf 12 00 00"),
        ("LDX.w $12,Y", "be 12 00"),
        ("STZ.w $12,X", "9e 12 00"),
    ],
)
def test_a_suffix_forces_the_width(source: str, expected: str) -> None:
    assert code(source) == expected


def test_asl_with_a_number_is_that_many() -> None:
    assert code("NOP #3 : ASL #2 : INC #2") == "ea ea ea 0a 0a 1a 1a"


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        ("STA #$12", "addressing_mode"),
        ("LDX $12,X", "addressing_mode"),
        ("STX $1234,Y", "operand_width"),
        ("STZ $12,Y", "addressing_mode"),
        ("PEI $10", "addressing_mode"),
        ("PEI ($1234)", "operand_width"),
        ("JML ($1234)", "addressing_mode"),
        ("LDY.l $12", "operand_width"),
        ("STA.l $12,Y", "operand_width"),
        ("LDX $7E0010", "operand_width"),
        ("JSR $018000", "operand_width"),
        ("LDA $1234,S", "operand_width"),
        ("LDA ($1234,X)", "operand_width"),
        ("REP #$0020", "operand_width"),
        ("BRK $12", "addressing_mode"),
        ("RTS #2", "addressing_mode"),
        ("LDA", "addressing_mode"),
        ("LDA #", "missing_value"),
        ("MVN $7E", "missing_value"),
        ("NOP.b", "invalid_length"),
        ("LDA.q $12", "invalid_length"),
        ("LDA $10 + 2", "operand_spaces"),
        ("LDA $10 ,X", "operand_spaces"),
        ("NOP #label\nlabel:", "no_labels_here"),
    ],
)
def test_what_the_65816_or_asar_does_not_have_is_refused(source: str, problem: str) -> None:
    assert errors(source) == [problem]


@pytest.mark.parametrize("alias", ["BLT x", "BGE x", "TAB", "TSA", "SWA", "TAS", "TAD", "TDA", "INA", "DEA"])
def test_names_of_other_assemblers_are_refused(alias: str) -> None:
    assert errors(f"x: {alias}") == ["unknown_mnemonic"]


def test_indirect_with_x_outside_becomes_direct_with_a_warning() -> None:
    assert code("LDA ($10),X") == "b5 10"
    assert warnings("LDA ($10),X") == ["no_such_addressing"]


def test_direct_with_y_becomes_absolute_with_a_warning() -> None:
    assert code("LDA $10,Y") == "b9 10 00"
    assert warnings("LDA $10,Y") == ["assumed_16_bit"]
