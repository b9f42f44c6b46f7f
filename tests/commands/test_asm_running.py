"""`afs asm run` and `afs asm equiv`: code is executed, from given registers or from many states."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.commands.conftest import Afs

ADD = "Main:\nCLC\nADC $10\nSTA $10\nSTA $2100\nRTS\n"


def words(text: str, first: str) -> list[str]:
    """The lines of a run that begin with a word, without it."""
    return [" ".join(line.split()[1:]) for line in text.splitlines() if line.split()[:1] == [first]]


def test_a_run_says_what_became_of_everything(afs: Afs) -> None:
    said = afs("asm", "run", "-", "--a", "05", "--memory", "7E0010=0a", typed=ADD)
    assert said.status == 0
    assert words(said.out, "ended") == ["RTS returned to the caller"]
    assert words(said.out, "begin") == ["A=$0005 X=$00 Y=$00 S=$1EF0 D=$0000 DBR=$00 nvMXdizc"]
    assert words(said.out, "end") == ["A=$000F X=$00 Y=$00 S=$1EF2 D=$0000 DBR=$00 nvMXdizc"]
    assert words(said.out, "memory") == ["$000010 $0A -> $0F"]
    assert words(said.out, "hardware") == ["$008005 writes $0F to $2100 INIDISP, cycle 8"]
    assert words(said.out, "time")[0].startswith("5 instructions, 18 CPU cycles, ")


def test_a_trace_has_a_line_for_each_instruction(afs: Afs) -> None:
    said = afs("asm", "run", "-", "--trace", typed="LDX #$02\n-\nDEX\nBNE -\nRTS")
    steps = [line.split()[:3] for line in said.out.splitlines() if line.startswith("$")]
    assert [step[1] for step in steps] == ["LDX.b", "DEX", "BNE", "DEX", "BNE", "RTS"]
    assert steps[2][:3] == ["$008003", "BNE", "$8002"]
    assert "X=$01" in said.out.splitlines()[1]


def test_widths_are_those_of_the_operands_or_as_told(afs: Afs) -> None:
    wide = "LDA #$1234\nSTA $7E2000\nRTS\n"
    assert words(afs("asm", "run", "-", typed=wide).out, "memory") == ["$7E2000 $00 -> $34", "$7E2001 $00 -> $12"]
    narrow = afs("asm", "run", "-", "--m", "8", "--x-width", "16", "--x", "1234", typed="TXA\nRTS\n")
    assert words(narrow.out, "end")[0].startswith("A=$0034 X=$1234")
    flags = afs("asm", "run", "-", "--p", "CF", typed="NOP\nRTS\n")
    assert words(flags.out, "begin")[0].endswith("NVmxDIZC")


def test_registers_answer_as_the_console_does(afs: Afs) -> None:
    multiply = "LDA #$0B : STA $4202 : LDA #$05 : STA $4203 : NOP : NOP : NOP : NOP : LDA $4216 : RTS\n"
    assert words(afs("asm", "run", "-", typed=multiply).out, "end")[0].startswith("A=$0037")


def test_what_dma_writes_is_memory_written(afs: Afs) -> None:
    code = """SEP #$20 : REP #$10
LDX #$2000 : STX $2181 : STZ $2183
STZ $4300 : LDA #$80 : STA $4301
LDX #Data : STX $4302 : STZ $4304 : LDX #$0002 : STX $4305
LDA #$01 : STA $420B : RTS
Data: db $12,$34
"""
    said = afs("asm", "run", "-", "--m", "8", "--x-width", "16", typed=code)
    assert words(said.out, "memory") == ["$7E2000 $00 -> $12", "$7E2001 $00 -> $34"]


def test_it_begins_at_a_label(afs: Afs) -> None:
    code = "One: LDA #$01 : RTS\nTwo: LDA #$02 : RTS\n"
    assert words(afs("asm", "run", "-", "--entry", "Two", typed=code).out, "end")[0].startswith("A=$0002")
    assert (
        "There is no label Three to run from. The text has: One, Two."
        in afs("asm", "run", "-", "--entry", "Three", typed=code).err
    )


def test_a_call_elsewhere_is_told_and_returns_at_once(afs: Afs) -> None:
    said = afs("asm", "run", "-", "--stub-missing", "--a", "07", typed="JSR Away\nJSL Far\nINC A\nRTL")
    assert words(said.out, "called") == [
        "Away, which is not here, with A=$0007 X=$0000 Y=$0000: it returned at once",
        "Far, which is not here, with A=$0007 X=$0000 Y=$0000: it returned at once",
    ]
    assert words(said.out, "end")[0].startswith("A=$0008")
    jumped = afs("asm", "run", "-", "--stub-missing", typed="JMP Away")
    assert words(jumped.out, "ended") == ["it jumped to Away, which is not here"]


@pytest.mark.parametrize(
    ("code", "way"),
    [
        ("-\nBRA -", "it did not end within the limit of --limit"),
        ("STP", "STP stopped the processor"),
        ("WAI", "WAI waits for an interrupt that never comes"),
    ],
)
def test_a_run_without_an_end_has_status_1(afs: Afs, code: str, way: str) -> None:
    said = afs("asm", "run", "-", "--limit", "50", typed=code)
    assert said.status == 1
    assert words(said.out, "ended") == [way]


def test_much_memory_is_counted_not_listed(afs: Afs) -> None:
    said = afs("asm", "run", "-", typed="LDX #$7F\n-\nSTA $0400,X\nDEX\nBPL -\nRTS\n")
    assert len(words(said.out, "memory")) == 64
    assert "and 64 more bytes of memory" in said.out


def test_what_does_not_assemble_is_not_run(afs: Afs) -> None:
    said = afs("asm", "run", "-", typed="LAD #1")
    assert (said.status, said.out) == (1, "")
    assert said.err.endswith("afs: it does not assemble, so nothing was run\n")
    assert "It cannot be run: There is no instruction to run." in afs("asm", "run", "-", typed="db 1,2").err


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (("--memory", "2000=05"), 1, "It cannot be run: There is no memory at $002000."),
        (("--memory", "2100=05"), 1, "It cannot be run: There is no memory at $002100."),
        (("--memory", "7E0010"), 2, "“7E0010” is no address with its bytes, such as 7E0010=05"),
        (("--memory", "7E0010=5"), 2, "“7E0010=5” is no address with its bytes, such as 7E0010=05"),
        (("--a", "12345"), 2, "“12345” is no hexadecimal number from 0 to FFFF"),
        (("--z", "1"), 2, "unrecognized arguments: --z"),
        (("--m", "9"), 2, "invalid choice: 9"),
        (("--limit", "0"), 2, "0 is no whole number from 1 to 10,000,000"),
    ],
)
def test_wrong_places_and_numbers(afs: Afs, arguments: tuple[str, ...], status: int, message: str) -> None:
    said = afs("asm", "run", "-", *arguments, typed="RTS")
    assert said.status == status
    assert message in said.err


@pytest.fixture
def routines(tmp_path: Path) -> dict[str, Path]:
    texts = {
        "slow": "Main:\nLDA #$00\nSTA $7E0310\nRTS\n",
        "fast": "Main:\nSTZ $0310\nRTS\n",
        "other": "Main:\nLDA #$01\nSTA $0310\nRTS\n",
        "wrong": "Main:\nLAD #$01\nRTS\n",
        "endless": "Main:\nBRA Main\n",
        "data": "db 1,2\n",
    }
    for name, text in texts.items():
        (tmp_path / name).write_text(text)
    return {name: tmp_path / name for name in texts}


def test_equal_routines_have_their_sizes_and_times(afs: Afs, routines: dict[str, Path]) -> None:
    said = afs("asm", "equiv", routines["slow"], routines["fast"], "--live-out", "x,y", "--seconds", "30")
    assert said.status == 0
    assert said.out.startswith("the same from 1,000 states")
    rows = {line.split()[0]: line.split()[1:] for line in said.out.splitlines()[2:]}
    assert rows[str(routines["slow"])][0] == "7"
    assert rows[str(routines["fast"])][0] == "4"
    assert rows[str(routines["slow"])][-1] == "13.0"


def test_registers_that_nobody_declared_are_told(afs: Afs, routines: dict[str, Path]) -> None:
    said = afs("asm", "equiv", routines["slow"], routines["fast"], "--states", "50")
    assert said.status == 0
    assert "different values in A" in said.out
    assert afs("asm", "equiv", routines["slow"], routines["fast"], "--live-out", "a").status == 1
    assert "different values" not in afs("asm", "equiv", routines["slow"], routines["fast"], "--live-out", "none").out


def test_a_difference_is_shown_with_the_state_it_began_in(afs: Afs, routines: dict[str, Path]) -> None:
    said = afs("asm", "equiv", routines["slow"], routines["other"], "--seed", "3")
    assert said.status == 1
    assert "both begin with  A=$" in said.out
    (row,) = [line.split() for line in said.out.splitlines() if line.lstrip().startswith("$000310")]
    # Where noise had put a zero there, the original changed nothing.
    assert row[1] in ("$00", "unchanged")
    assert row[2] == "$01"


@pytest.mark.parametrize(
    ("pair", "message"),
    [
        (("slow", "wrong"), "does not assemble: see above."),
        (("data", "slow"), "cannot be run: There is no instruction to run."),
        (("endless", "slow"), "They could not be compared:"),
    ],
)
def test_what_cannot_be_compared(afs: Afs, routines: dict[str, Path], pair: tuple[str, str], message: str) -> None:
    said = afs("asm", "equiv", *(routines[name] for name in pair), "--states", "3")
    assert (said.status, said.out) == (1, "")
    assert message in said.err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--live-out", "a,q"), "“q” is none of a, x, y, n, v, z, c"),
        (("--states", "0"), "0 is no whole number"),
        (("--seconds", "soon"), "soon is no number of seconds up to 600"),
    ],
)
def test_wrong_wishes(afs: Afs, routines: dict[str, Path], arguments: tuple[str, str], message: str) -> None:
    said = afs("asm", "equiv", routines["slow"], routines["fast"], *arguments)
    assert said.status == 2
    assert message in said.err
