"""Code that nothing leads to."""

from __future__ import annotations

import pytest

from datasets_app.domains.asm65816.disassembler import disassemble
from datasets_app.domains.asm65816.opcodes import opcodes_of
from tests.domains.asm65816.lint.linting import found, only


@pytest.mark.parametrize("end", ["RTS", "RTL", "RTI", "STP", "JMP Main", "JML Main", "BRA Main", "JMP ($0010)"])
def test_code_behind_an_end_is_unreachable(end: str) -> None:
    assert found(f"Main:\nSTZ $10\n{end}\nSTZ $12\nRTS") == [("warning", 4, "unreachable")]


@pytest.mark.parametrize("end", ["BNE Main", "JSR Elsewhere", "JSL Elsewhere", "WAI"])
def test_code_behind_what_goes_on_is_not(end: str) -> None:
    assert found(f"Main:\nSTZ $10\n{end}\nSTZ $12\nRTS") == []


def test_a_run_is_remarked_once_with_its_extent() -> None:
    remark = only("Main:\nRTS\nSTZ $10\nSTZ $12\nRTS", "unreachable")
    assert (remark.line, "up to line 5" in remark.message) == (3, True)


def test_a_label_can_be_reached_from_elsewhere() -> None:
    assert found("Main:\nRTS\nOther:\nSTZ $10\nRTS") == []


def test_a_branch_that_is_always_taken_leaves_nothing_behind_it() -> None:
    assert found("Main:\nSEC\nBCS .out\nSTZ $10\n.out:\nRTS") == [("warning", 4, "unreachable")]
    assert found("Main:\nSEC\nLDA $12\nBCS .out\nSTZ $10\n.out:\nRTS") == [("warning", 5, "unreachable")]
    assert found("Main:\nSEC\nADC $12\nBCS .out\nSTZ $10\n.out:\nRTS") == []


@pytest.mark.parametrize("mnemonic", ["ADC", "SBC", "CMP", "CPX", "CPY", "ASL", "LSR", "ROL", "ROR"])
def test_the_carry_is_not_known_behind_what_changes_it(mnemonic: str) -> None:
    for opcode in opcodes_of(mnemonic).values():
        code = bytes([0x18, opcode.code, 0, 0, 0][: 1 + opcode.size(m=True, x=True)]) + bytes.fromhex("90 01 EA 60")
        text = disassemble(code)
        assert found(f"Main:\n{text}") == [], text


def test_padding_is_left_alone() -> None:
    assert found("Main:\nRTS\nNOP\nNOP\nOther:\nRTS") == []


def test_code_behind_the_arguments_of_a_call_may_be_returned_to() -> None:
    assert found("Main:\nJSR Print\ndb 1,2,3,0\nSTZ $10\nRTS") == []


def test_a_piece_that_is_put_somewhere_needs_no_label() -> None:
    assert found("org $00A000\nJSL Hook\nNOP\norg $00B000\nSTZ $10\nRTL\norg $00F000\nHook:\nRTL") == []
