"""Whatever the code is, the lint ends, and says something sensible."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from datasets_app.domains.asm65816.assembler.result import Assembly, Placed
from datasets_app.domains.asm65816.disassembler import disassembled_rows
from datasets_app.domains.asm65816.lint import examine

# Codes that move control, widths or the stack, so that random code has many joins and calls.
_LIVELY = bytes.fromhex(
    "10 30 50 70 80 82 90 B0 D0 F0 20 22 4C 5C 6C 7C DC FC 60 6B 40 C2 E2 08 28 48 68 DA FA 1B FB 18 38"
)


@st.composite
def assemblies(draw: st.DrawFn) -> Assembly:
    """Decode random bytes, with labels at random places and jumps that mostly stay inside."""
    code = bytearray(draw(st.binary(min_size=1, max_size=120)))
    for place, byte in draw(st.lists(st.tuples(st.integers(0, len(code) - 1), st.sampled_from(_LIVELY)), max_size=40)):
        code[place] = byte
        if byte in (0x20, 0x4C, 0x7C, 0xFC) and place + 2 < len(code):
            code[place + 1 : place + 3] = (0x8000 + draw(st.integers(0, len(code) - 1))).to_bytes(2, "little")
    rows = disassembled_rows(bytes(code))
    instructions = tuple(
        Placed(row.address, row.opcode, row.operand, row.data, line + 1)
        for line, row in enumerate(rows)
        if row.opcode is not None
    )
    labels = {f"L{n}": 0x8000 + n for n in draw(st.lists(st.integers(0, len(code) - 1), max_size=5))}
    return Assembly(((0x8000, bytes(code)),), labels, instructions)


@settings(max_examples=400)
@given(assemblies(), st.sampled_from([None, True, False]), st.sampled_from([None, True, False]))
def test_it_ends_and_its_remarks_stand_in_the_text(assembly: Assembly, m: bool | None, x: bool | None) -> None:
    remarks, timing = examine(assembly, m=m, x=x)
    lines = {placed.line for placed in assembly.instructions}
    assert all(remark.line in lines and remark.message for remark in remarks)
    assert timing.bytes == sum(len(placed.data) for placed in assembly.instructions)
    assert timing.most is None or timing.fewest <= timing.most
    assert (timing.most is None) == bool(timing.why)


@settings(max_examples=100)
@given(assemblies())
def test_the_same_code_gives_the_same_remarks(assembly: Assembly) -> None:
    assert examine(assembly) == examine(assembly)
