"""The demo's samples: 26 registers from everywhere, 12 wordings each, and what stands beside them."""

from __future__ import annotations

from collections import Counter

from datasets_app.domains.asm65816.demo_set import (
    ADDRESS_WORDINGS,
    DEMO_REGISTERS,
    NAME_WORDINGS,
    ROUTINE_ROWS,
    DemoSet,
)
from datasets_app.domains.asm65816.generators.register_facts import ADDRESS, NAME
from datasets_app.domains.base import Draft


def drafts() -> list[Draft]:
    generator = DemoSet()
    return [generator.write(params) for params in generator.plan(10_000, 1)]


def test_the_registers_are_spread_over_the_machine() -> None:
    assert len(set(DEMO_REGISTERS)) == 26
    assert Counter(register.area for register in DEMO_REGISTERS) == {"PPU": 12, "CPU": 7, "DMA": 7}


def test_each_register_is_asked_in_twelve_wordings() -> None:
    asked = Counter((d.params["register"], d.kind) for d in drafts() if "register" in d.params)
    assert {asked[register.name, NAME] for register in DEMO_REGISTERS} == {NAME_WORDINGS} == {12}
    assert {asked[register.name, ADDRESS] for register in DEMO_REGISTERS} == {ADDRESS_WORDINGS}


def test_routines_are_a_small_share() -> None:
    written = drafts()
    assert sum("routine" in d.params for d in written) == ROUTINE_ROWS <= 0.15 * len(written)


def test_answers_are_short_enough_for_a_tiny_model() -> None:
    assert max(len(d.output) for d in drafts() if d.kind in (NAME, ADDRESS)) <= 90
