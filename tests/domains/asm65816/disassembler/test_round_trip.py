"""What is disassembled assembles to the same bytes."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from datasets_app.domains.asm65816.assembler import assemble
from datasets_app.domains.asm65816.disassembler import disassemble
from datasets_app.domains.asm65816.opcodes import all_opcodes

WIDTHS = [(True, True), (True, False), (False, True), (False, False)]
OPERANDS = ["00 00 00", "12 34 56", "7F 00 00", "80 FF 7E", "FF FF FF", "00 80 00"]


def assert_comes_back(code: bytes, **options: bool | int) -> None:
    text = disassemble(code, **options)  # type: ignore[arg-type]
    assembly = assemble(text, origin=options.get("origin", 0x008000))
    assert not [problem for problem in assembly.diagnostics if problem.severity == "error"], text
    assert assembly.code == code, text


@pytest.mark.parametrize(("m", "x"), WIDTHS)
@pytest.mark.parametrize("labels", [True, False])
def test_every_opcode_in_every_width(m: bool, x: bool, labels: bool) -> None:
    for opcode in all_opcodes():
        for operand in OPERANDS:
            code = (bytes([opcode.code]) + bytes.fromhex(operand))[: opcode.size(m=m, x=x)]
            assert_comes_back(code, m=m, x=x, labels=labels)


@settings(max_examples=300)
@given(st.binary(min_size=1, max_size=80), st.sampled_from(WIDTHS), st.booleans())
def test_arbitrary_bytes(code: bytes, widths: tuple[bool, bool], labels: bool) -> None:
    assert_comes_back(code, m=widths[0], x=widths[1], labels=labels)


@settings(max_examples=100)
@given(st.binary(min_size=1, max_size=80), st.sampled_from([0x008000, 0x00C123, 0x01FF00, 0x808000]))
def test_at_any_place(code: bytes, origin: int) -> None:
    assert_comes_back(code, origin=origin)
