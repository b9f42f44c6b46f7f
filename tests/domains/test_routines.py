"""Routines: code that fits its widths and says what its explanation says."""

from __future__ import annotations

import re

import pytest

from datasets_app.domains.asm65816.facts.passages import MNEMONICS
from datasets_app.domains.asm65816.generators.routine import write_code, write_prose
from datasets_app.domains.asm65816.generators.routines import ALL_ROUTINES, EXPLAIN, WRITE, Routines
from datasets_app.domains.asm65816.registers import register_at
from datasets_app.domains.base import Draft

LINE = re.compile(
    r"(?:(?P<label>\w+):|!\w+ = \$[0-9A-F]{4}|(?P<op>[A-Z]{3})(?: (?P<operand>#?\$[0-9A-F]+|!?\w+))?(?: ; [A-Z0-9]+)?)"
)


def drafts() -> list[Draft]:
    generator = Routines()
    return [generator.write(params) for params in generator.plan(4000, 5)]


def code_of(draft: Draft) -> list[str]:
    if draft.kind == EXPLAIN:
        return draft.input.splitlines()
    fenced = re.search(r"```asm\n(.*?)\n```", draft.output, re.DOTALL)
    return (fenced[1] if fenced else draft.output.split("\n\n")[0]).splitlines()


def test_there_are_routines_of_every_part() -> None:
    assert len({routine.slug for routine in ALL_ROUTINES}) == len(ALL_ROUTINES) >= 25
    written = {d.params["routine"] for d in drafts()}
    assert written == {routine.slug for routine in ALL_ROUTINES}


def test_every_line_is_an_instruction_a_label_or_a_definition() -> None:
    for draft in drafts():
        for line in code_of(draft):
            match = LINE.fullmatch(line)
            assert match, (line, draft)
            assert match["op"] is None or match["op"].lower() in MNEMONICS


def test_immediates_are_as_wide_as_the_registers_they_go_to() -> None:
    for draft in drafts():
        width = {"A": 0, "X": 0}
        for line in code_of(draft):
            op, _, operand = line.split(" ;")[0].partition(" ")
            if op in {"SEP", "REP"}:
                size = 2 if op == "SEP" else 4
                width["A"] = size if int(operand[2:], 16) & 0x20 else width["A"]
                width["X"] = size if int(operand[2:], 16) & 0x10 else width["X"]
            elif operand.startswith("#$"):
                assert len(operand) - 2 == width["X" if op == "LDX" else "A"], (line, draft)


def test_stores_go_to_registers_that_can_be_written_and_loads_to_readable_ones() -> None:
    for draft in drafts():
        for line in code_of(draft):
            match = re.match(r"(ST|LD)[AXZ] \$([0-9A-F]{4})", line)
            if match:
                register = register_at(int(match[2], 16))
                assert register is not None, line
                assert ("W" if match[1] == "ST" else "R") in register.access, line


def test_branches_go_to_labels_that_are_there() -> None:
    for draft in drafts():
        code = code_of(draft)
        for line in code:
            if line[:3] in {"BNE", "BPL"}:
                assert f"{line[4:]}:" in code


@pytest.mark.parametrize(
    ("slug", "values", "code", "said"),
    [
        ("multiply", {"a": 12, "b": 34}, ["LDA #$0C", "LDA #$22"], "408"),
        ("divide", {"n": 1000, "d": 7}, ["LDA #$03E8", "LDA #$07"], "142"),
        (
            "palette_colour",
            {"index": 5, "red": 31, "green": 0, "blue": 1},
            ["LDA #$05", "LDA #$1F", "LDA #$04"],
            "$041F",
        ),
        ("start_dma", {"x": 6}, ["LDA #$40", "STA $420B"], "6"),
        ("dma_to_oam", {"x": 2, "bank": 0x80, "source": 0x9000}, ["STZ $4320", "STX $4325", "LDX #$0220"], "544"),
        ("mosaic", {"size": 16}, ["LDA #$F1"], "15"),
        ("scroll", {"x": 3, "offset": 264}, ["LDA #$08", "LDA #$01", "STA $2111"], "264"),
        ("main_screen", {"mask": 0b10001}, ["LDA #$11"], "BG1 and the objects"),
        ("tilemap_base", {"x": 2, "word": 0x7C00}, ["LDA #$7C", "STA $2108"], "$7C00"),
        ("fixed_colour", {"red": 1, "green": 2, "blue": 3}, ["LDA #$21", "LDA #$42", "LDA #$83"], "red"),
    ],
)
def test_constants_follow_from_what_was_asked(slug: str, values: dict[str, int], code: list[str], said: str) -> None:
    routine = next(routine for routine in ALL_ROUTINES if routine.slug == slug)
    lines = write_code(routine, routine.values(values), "plain").splitlines()
    assert set(code) <= set(lines)
    prose = " ".join(write_prose(why, routine.values(values), "name_first") for why in routine.whys)
    assert said in prose


def test_the_wait_before_a_result_is_long_enough() -> None:
    """Eight cycles after the second factor, sixteen after the divisor; a NOP takes two."""
    code = {routine.slug: list(routine.code) for routine in ALL_ROUTINES}
    assert code["multiply"].count("NOP") * 2 >= 8
    assert code["divide"].count("NOP") * 2 >= 16


def test_blocks_stay_inside_their_bank_and_inside_vram() -> None:
    for draft in drafts():
        values = draft.params["values"]
        if "source" in values:
            assert values["source"] + values.get("size", 544) <= 0x10000
        if draft.params["routine"] == "dma_to_vram":
            assert values["word"] + values["size"] // 2 <= 0x8000


def test_a_definition_stands_before_each_name_that_is_used() -> None:
    named = [d for d in drafts() if d.kind == WRITE and d.params["operands"] == "named"]
    assert named
    for draft in named:
        code = code_of(draft)
        defined = {line.split()[0] for line in code if line.startswith("!")}
        used = {line.split()[1] for line in code if re.match(r"[A-Z]{3} !", line)}
        assert used == defined
