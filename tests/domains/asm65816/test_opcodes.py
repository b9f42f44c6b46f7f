"""The table of the 256 opcodes, held against capstone and against what is known by heart."""

from __future__ import annotations

import pytest

from datasets_app.domains.asm65816.opcodes import Mode, all_opcodes, mnemonics, opcodes_of

capstone = pytest.importorskip("capstone", reason="capstone is not installed: pip install capstone")

# Capstone's mode for 8-bit registers throughout raises CS_ERR_MODE in 5.0.9, so three of the four widths remain.
WIDTHS = {
    (False, True): capstone.CS_MODE_MOS65XX_65816_LONG_M,
    (True, False): capstone.CS_MODE_MOS65XX_65816_LONG_X,
    (False, False): capstone.CS_MODE_MOS65XX_65816_LONG_MX,
}


def test_there_are_256_rows_each_at_its_code() -> None:
    assert [opcode.code for opcode in all_opcodes()] == list(range(256))


def test_no_mnemonic_has_a_mode_twice() -> None:
    assert len({(opcode.mnemonic, opcode.mode) for opcode in all_opcodes()}) == 256
    assert len(mnemonics()) == 92


@pytest.mark.parametrize(("m", "x"), WIDTHS)
def test_sizes_and_mnemonics_agree_with_capstone(m: bool, x: bool) -> None:
    decoder = capstone.Cs(capstone.CS_ARCH_MOS65XX, WIDTHS[m, x])
    theirs = {}
    for code in range(256):
        instruction = next(decoder.disasm(bytes([code, 0x12, 0x34, 0x56]), 0x8000))
        theirs[code] = (instruction.mnemonic.upper(), instruction.size)
    ours = {opcode.code: (opcode.mnemonic, opcode.size(m=m, x=x)) for opcode in all_opcodes()}
    assert {code: (ours[code], theirs[code]) for code in ours if ours[code] != theirs[code]} == {}


@pytest.mark.parametrize(
    ("mnemonic", "mode", "conditions", "cycles"),
    [
        ("LDA", Mode.IMMEDIATE_M, {"m": True, "x": True}, 2),
        ("LDA", Mode.IMMEDIATE_M, {"m": False, "x": True}, 3),
        ("LDA", Mode.DIRECT, {"m": True, "x": True, "direct_unaligned": True}, 4),
        ("LDA", Mode.ABSOLUTE_X, {"m": True, "x": True}, 4),
        ("LDA", Mode.ABSOLUTE_X, {"m": True, "x": True, "page_crossed": True}, 5),
        ("LDA", Mode.ABSOLUTE_X, {"m": True, "x": False}, 5),
        ("STA", Mode.ABSOLUTE_X, {"m": True, "x": True}, 5),
        ("INC", Mode.ABSOLUTE, {"m": False, "x": True}, 8),
        ("LDY", Mode.ABSOLUTE_X, {"m": True, "x": False}, 6),
        ("BNE", Mode.RELATIVE_8, {"m": True, "x": True}, 2),
        ("BNE", Mode.RELATIVE_8, {"m": True, "x": True, "taken": True, "page_crossed": True}, 3),
        ("BNE", Mode.RELATIVE_8, {"m": True, "x": True, "taken": True, "page_crossed": True, "emulation": True}, 4),
        ("BRA", Mode.RELATIVE_8, {"m": True, "x": True}, 3),
        ("RTI", Mode.IMPLIED, {"m": True, "x": True}, 7),
        ("RTI", Mode.IMPLIED, {"m": True, "x": True, "emulation": True}, 6),
    ],
)
def test_cycles_depend_on_what_happens(mnemonic: str, mode: Mode, conditions: dict[str, bool], cycles: int) -> None:
    assert opcodes_of(mnemonic)[mode].cycles_with(**conditions) == cycles


def test_an_unknown_width_gives_a_range() -> None:
    lda = opcodes_of("LDA")[Mode.IMMEDIATE_M]
    assert lda.cycle_range() == (2, 3)
    assert lda.cycle_range(m=False) == (3, 3)
    assert opcodes_of("bne")[Mode.RELATIVE_8].cycle_range() == (2, 3)
    assert opcodes_of("BRA")[Mode.RELATIVE_8].cycle_range() == (3, 3)


def test_what_is_no_instruction_has_no_encodings() -> None:
    assert opcodes_of("LAD") == {}
