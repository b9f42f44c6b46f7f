"""Loops that count X or Y from a constant to a constant have a bound."""

from __future__ import annotations

import pytest

from datasets_app.domains.asm65816.lint.loops import rounds
from tests.domains.asm65816.lint.linting import timed


@pytest.mark.parametrize(
    ("start", "step", "mask", "branch", "compare", "count"),
    [
        (16, -1, 0xFF, "BNE", None, 16),
        (0, -1, 0xFF, "BNE", None, 256),
        (0, -1, 0xFFFF, "BNE", None, 65536),
        (7, -1, 0xFF, "BPL", None, 8),
        (14, -2, 0xFF, "BPL", None, 8),
        (0x80, -1, 0xFF, "BPL", None, 129),
        (0, 1, 0xFF, "BNE", 0x20, 32),
        (0, 2, 0xFFFF, "BNE", 0x2000, 4096),
        (0, 3, 0xFF, "BCC", 10, 4),
        (5, 1, 0xFF, "BMI", None, 1),
        (1, 2, 0xFF, "BNE", 0, None),
        (0, 1, 0xFF, "BVC", None, None),
    ],
)
def test_rounds(start: int, step: int, mask: int, branch: str, compare: int | None, count: int | None) -> None:
    assert rounds(start, step, mask, branch, compare) == count


@pytest.mark.parametrize(
    ("source", "cycles"),
    [
        ("LDX #$10\nNext:\nDEX\nBNE Next\nRTS", 2 + 16 * 2 + 15 * 3 + 2 + 6),
        ("LDX #$07\nNext:\nSTZ $1200,X\nDEX\nBPL Next\nRTS", 2 + 8 * 7 + 7 * 3 + 2 + 6),
        ("LDY #$00\nNext:\nINY\nCPY #$08\nBNE Next\nRTS", 2 + 8 * 4 + 7 * 3 + 2 + 6),
        ("REP #$10\nLDX #$0000\nNext:\nINX\nINX\nCPX #$0100\nBCC Next\nRTS", 3 + 3 + 128 * 7 + 127 * 3 + 2 + 6),
    ],
)
def test_each_round_is_counted(source: str, cycles: int) -> None:
    time = timed(source)
    assert (time.fewest, time.most) == (cycles, cycles)


def test_loops_in_loops() -> None:
    inner = 2 + 4 * 2 + 3 * 3 + 2
    time = timed("LDY #$03\nOuter:\nLDX #$04\nInner:\nDEX\nBNE Inner\nDEY\nBNE Outer\nRTS")
    assert time.fewest == time.most == 2 + 3 * (inner + 2) + 2 * 3 + 2 + 6


def test_a_branch_inside_widens_the_range() -> None:
    time = timed("LDX #$04\nNext:\nBCC Skip\nINY\nSkip:\nDEX\nBNE Next\nRTS")
    assert (time.fewest, time.most) == (2 + 4 * 5 + 3 * 3 + 2 + 6, 2 + 4 * 6 + 3 * 3 + 2 + 6)


def test_a_way_out_of_the_middle_may_end_it_in_the_first_round() -> None:
    time = timed("LDX #$04\nNext:\nBCC Out\nDEX\nBNE Next\nOut:\nRTS")
    assert (time.fewest, time.most) == (2 + 3 + 6, 2 + 4 * 4 + 3 * 3 + 2 + 6)


def test_a_routine_called_inside_is_counted_each_time() -> None:
    time = timed("Main:\nLDX #$03\nNext:\nJSR Sub\nDEX\nBNE Next\nRTS\nSub:\nINY\nRTS")
    assert time.fewest == time.most == 2 + 3 * (6 + 8 + 2) + 2 * 3 + 2 + 6


@pytest.mark.parametrize(
    "source",
    [
        "LDX $10\nNext:\nDEX\nBNE Next\nRTS",
        "LDX #$10\nNext:\nDEX\nTAX\nBNE Next\nRTS",
        "LDX #$10\nNext:\nPLX\nDEX\nBNE Next\nRTS",
        "LDX #$10\nNext:\nSEP #$10\nDEX\nBNE Next\nRTS",
        "Main:\nLDX #$10\nNext:\nJSR Sub\nDEX\nBNE Next\nRTS\nSub:\nTAX\nRTS",
        "LDX #$10\nNext:\nDEX\nLDA $10\nBNE Next\nRTS",
        "LDX #$10\nBRA Next\nLDX #$08\nNext:\nDEX\nBNE Next\nRTS",
        "LDX #$10\nNext:\nBCC Next\nDEX\nBNE Next\nRTS",
        "LDX #$01\nNext:\nINX\nINX\nCPX #$00\nBNE Next\nRTS",
        "Next:\nINX\nBRA Next",
    ],
)
def test_other_loops_have_no_bound(source: str) -> None:
    time = timed(source)
    assert time.most is None
    assert "any number of times" in time.why
