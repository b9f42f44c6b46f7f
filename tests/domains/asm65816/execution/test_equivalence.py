"""Two routines compared by running them: what counts as different, what does not, and what is said of it."""

from __future__ import annotations

import pytest

from datasets_app.domains.asm65816.assembler import assemble
from datasets_app.domains.asm65816.execution.equivalence import Equivalence, compare_routines
from datasets_app.domains.asm65816.execution.program import load
from datasets_app.domains.asm65816.execution.state import Widths
from datasets_app.domains.asm65816.execution.widths import common_widths, entry_widths


def compared(first: str, second: str, widths: tuple[Widths, ...] | None = None, **wishes: object) -> Equivalence:
    one, other = (assemble(source, stub_missing=True) for source in (first, second))
    assert one.ok, one.diagnostics
    assert other.ok, other.diagnostics
    return compare_routines(load(one), load(other), widths or common_widths(one, other), **wishes)  # type: ignore[arg-type]


EQUAL = {
    "a shorter way to double": ("CLC\nADC $10\nADC $10\nRTS", "CLC\nADC $10\nADC $10\nRTS"),
    "zero stored without A": ("PHA\nLDA #$00\nSTA $10\nPLA\nRTS", "STZ $10\nPHA\nPLA\nRTS"),
    "one memory under two addresses": ("STZ $0E20\nRTS", "LDA #$00\nSTA $7E0E20\nRTS"),
    "a store that changes nothing": ("LDA $10\nSTA $10\nRTS", "LDA $10\nRTS"),
    "calls of routines elsewhere": ("JSR Elsewhere\nJSL Far\nRTS", "JSR Elsewhere\nNOP\nJSL Far\nRTS"),
    "tables elsewhere, used in another order": (
        "LDA One,X\nSTA $0310\nLDA Two,X\nSTA $0311\nRTS",
        "LDA Two,X\nSTA $0311\nLDA One,X\nSTA $0310\nRTS",
    ),
    "a pushed value that nobody pulls again": ("PHA\nPLA\nLDA $10\nRTS", "LDA $10\nRTS"),
    "the hardware's product": ("LDA #$03\nSTA $4202\nLDA #$05\nSTA $4203\nLDA $4216\nRTS", "LDA #$0F\nRTS"),
}


@pytest.mark.parametrize("name", EQUAL)
def test_equal_routines(name: str) -> None:
    first, second = EQUAL[name]
    found = compared(f"Main:\n{first}", f"Main:\n{second}", (Widths(),), live_out=[])
    assert found.equal, (found.differing, found.state)
    assert found.tried == 1_000


DIFFERENT = {
    "memory": ("STZ $0310\nRTS", "STZ $0311\nRTS", "$000310"),
    "one value of 256": (
        "LDA $10\nCMP #$10\nBCC +\nSTZ $0312\n+\nRTS",
        "LDA $10\nCMP #$11\nBCC +\nSTZ $0312\n+\nRTS",
        "$000312",
    ),
    "the order of hardware writes": ("STZ $2100\nSTZ $2105\nRTS", "STZ $2105\nSTZ $2100\nRTS", "hardware access"),
    "a hardware write left out": ("STZ $2100\nSTZ $2105\nRTS", "STZ $2100\nRTS", "hardware access"),
    "stopping and running off the end": ("INC $10\nSTP", "INC $10", "way out"),
    "another way back": ("INC $10\nRTS", "INC $10\nRTL", "way out"),
    "the width left behind": ("REP #$20\nSEP #$20\nRTS", "REP #$20\nRTS", "m"),
    "another routine called": ("JSR One\nRTS", "JSR Two\nRTS", "calls"),
    "another routine jumped to": ("JMP One", "JMP Two", "way out"),
    "another place branched to": ("BCS One\nRTS", "BCS Two\nRTS", "way out"),
    "another table": ("LDA One,X\nSTA $0310\nRTS", "LDA Two,X\nSTA $0310\nRTS", "$000310"),
    "the data bank": ("PHK\nPLB\nRTS", "RTS", "data bank"),
    "the stack": ("PHA\nPLA\nRTS", "PHA\nPLA\nPLA\nRTS", "way out"),
}


@pytest.mark.parametrize("name", DIFFERENT)
def test_different_routines_with_the_state_that_shows_it(name: str) -> None:
    first, second, what = DIFFERENT[name]
    found = compared(f"Main:\n{first}", f"Main:\n{second}", (Widths(),))
    assert not found.equal
    assert found.state is not None
    assert what in [difference.name for difference in found.differing if difference.counts]


def test_registers_that_nobody_declared_are_told_and_do_not_count() -> None:
    found = compared("Main:\nLDA #$00\nSTA $10\nRTS", "Main:\nSTZ $10\nRTS")
    assert found.equal
    assert "A" in found.aside
    assert not compared("Main:\nLDA #$00\nSTA $10\nRTS", "Main:\nSTZ $10\nRTS", live_out=["a"]).equal
    assert compared("Main:\nLDA #$00\nSTA $10\nRTS", "Main:\nSTZ $10\nRTS", live_out=[]).aside == ()


def test_the_same_arguments_find_the_same_state() -> None:
    found = [compared("Main:\nINC $10\nRTS", "Main:\nINC $11\nRTS").state for _ in range(2)]
    assert found[0] == found[1]


def test_time_that_is_over_cuts_the_states_and_says_so() -> None:
    slow = "Main:\nLDX #$FF\n-\nINC $10\nINC $11\nINC $12\nDEX\nBNE -\nRTS"
    found = compared(slow, slow, seconds=0.05)
    assert 0 < found.tried < 1_000
    assert "0.05 s" in found.cut


def test_a_routine_that_never_ends_tells_nothing() -> None:
    endless = "Main:\n-\nBRA -"
    found = compared(endless, endless, count=3)
    assert not found.equal
    assert found.tried == 0
    assert "3 states" in found.cut


def test_time_is_over_too_where_no_state_comes_to_an_end() -> None:
    endless = "Main:\nBRA Main\nRTS"
    found = compared(endless, endless, seconds=0.05)
    assert (found.tried, found.cut) == (0, "0.05 s were over")


def test_a_second_one_that_never_ends_is_different() -> None:
    found = compared("Main:\nINC $10\nRTS", "Main:\nINC $10\n-\nBRA -")
    assert ("way out", "RTS", "limit") in [(d.name, d.first, d.second) for d in found.differing]


@pytest.mark.parametrize(
    ("source", "widths"),
    [
        ("Main:\nLDA #$12\nRTS", {(True, True), (True, False)}),
        ("Main:\nLDA #$1234\nRTS", {(False, True), (False, False)}),
        ("Main:\nLDA #$12\nLDX #$1234\nRTS", {(True, False)}),
        ("Main:\nREP #$30\nLDA #$1234\nRTS", {(True, True), (True, False), (False, True), (False, False)}),
    ],
)
def test_operands_tell_the_widths_at_entry(source: str, widths: set[tuple[bool, bool]]) -> None:
    assert {(one.m, one.x) for one in entry_widths(assemble(source))} == widths


def test_nothing_to_run() -> None:
    with pytest.raises(ValueError, match="no instruction"):
        load(assemble("db $12"))
    with pytest.raises(LookupError):
        load(assemble("Main:\nRTS"), "Other")
