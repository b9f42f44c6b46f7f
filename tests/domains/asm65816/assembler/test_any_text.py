"""Whatever the text is, there is an outcome: no exception, no hang, remarks that point into the text."""

from __future__ import annotations

import time

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from datasets_app.domains.asm65816.assembler import Assembly, assemble, render

CODE = """\
!speed = $02
macro wait(n,...)
-   BIT $4212
    BPL -
    db <n>,sizeof(...)
endmacro
struct Sprite $7E0D00
.x: skip 2
endstruct align 4
function half(x) = x/2
namespace game
org $018000
Main:
    PHP : REP #$20
    LDA.w Sprite.x,X
    CLC : ADC #$0010
.loop
    SEP #$20
    LDA ($10),Y : BEQ +
    JSR Sub
+   DEX : BPL .loop
    %wait(1)
    if !speed > 1 && half(4) == 2
    MVN $7E,$7F
    else
    for i = 0..3
    dw !i,Main_loop,"text"
    endfor
    endif
    while 0
    endwhile
Sub: PLP : RTS
namespace off
assert pc() < $01FFFF, "too long"
print "at ",hex(game_Main)
"""
LINES = CODE.splitlines()
PIECES = st.sampled_from(
    [*LINES, *"!#$%<>()[]{},.:;+-='\"\\?&|~^* \t\n", "endmacro", "...", ": :", "rep 9 : ", "while 1"]
)
QUIET = settings(max_examples=150, suppress_health_check=list(HealthCheck))


def check(source: str) -> None:
    for stub_missing in (False, True):
        begin = time.perf_counter()
        assembly = assemble(source, stub_missing=stub_missing)
        assert time.perf_counter() - begin < 3
        assert_sound(assembly, source)


def assert_sound(assembly: Assembly, source: str) -> None:
    lines = source.count("\n") + 1
    for diagnostic in assembly.diagnostics:
        assert 1 <= diagnostic.line <= lines
        assert diagnostic.column >= 1
        assert diagnostic.code and diagnostic.message
        render(diagnostic, source)
    for placed in assembly.instructions:
        assert 1 <= placed.line <= lines
        assert placed.data[0] == placed.opcode.code
    assert sum(len(placed.data) for placed in assembly.instructions) <= len(assembly.code)


def test_the_code_that_is_changed_below_assembles() -> None:
    assembly = assemble(CODE)
    assert assembly.ok, assembly.diagnostics


@QUIET
@given(st.text(max_size=400))
def test_arbitrary_text(source: str) -> None:
    check(source)


@QUIET
@given(st.binary(max_size=400))
def test_random_bytes(data: bytes) -> None:
    check(data.decode("latin-1"))
    check(data.decode("utf-8", "surrogateescape"))


@QUIET
@given(st.lists(PIECES, max_size=40))
def test_pieces_of_code_in_any_order(pieces: list[str]) -> None:
    check("".join(pieces))
    check("\n".join(pieces))


@QUIET
@given(st.data())
def test_code_with_characters_changed(data: st.DataObject) -> None:
    characters = list(CODE)
    for _ in range(data.draw(st.integers(1, 12))):
        at = data.draw(st.integers(0, len(characters) - 1))
        characters[at] = data.draw(st.sampled_from(["", "\n", *"!#$%<>()[]{},.:;+-='\"\\?0aA_", characters[at] * 3]))
    check("".join(characters))


@QUIET
@given(st.lists(st.sampled_from(LINES), max_size=30))
def test_lines_in_any_order(lines: list[str]) -> None:
    check("\n".join(lines))
