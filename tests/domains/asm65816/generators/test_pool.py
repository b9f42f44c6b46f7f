"""The pool: every routine does what its specification says, in every way and every style."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from datasets_app.domains.asm65816.execution.cases import misses, read_cases
from datasets_app.domains.asm65816.execution.program import load
from datasets_app.domains.asm65816.execution.running import Runner
from datasets_app.domains.asm65816.facts.answers import asked_of
from datasets_app.domains.asm65816.generators.pool.families import ALL_FAMILIES, FAMILIES
from datasets_app.domains.asm65816.generators.pool.family import Family
from datasets_app.domains.asm65816.generators.pool.measured import assembled, first_miss, has_fixed_course
from datasets_app.domains.asm65816.generators.pool.routine import STYLES, Routine
from datasets_app.domains.asm65816.generators.pool.style import Style, style_of
from datasets_app.domains.asm65816.lint import lint
from datasets_app.domains.asm65816.verify import Rung, verify

PLAIN = Style(0, False, False, "    ", "sub", True, 0.0, 0, False, False)
families = pytest.mark.parametrize("family", ALL_FAMILIES, ids=lambda family: family.slug)


def routines(family: Family, count: int = 3) -> list[Routine]:
    """Each way of a family with several values."""
    rng = random.Random(family.slug)
    return [Routine(family, way, family.draw(rng), PLAIN) for way in range(len(family.ways)) for _ in range(count)]


def test_there_are_enough_of_them() -> None:
    assert len(FAMILIES) == len(ALL_FAMILIES) >= 80
    assert sum(len(family.ways) for family in ALL_FAMILIES) >= 100


@families
def test_every_way_meets_the_cases_of_the_specification(family: Family) -> None:
    for routine in routines(family):
        runner = Runner(load(assembled(routine.listing.text)))
        for case in read_cases(routine.cases(12)):
            assert misses(runner, case)[1] == [], (routine.listing.text, case)


@families
def test_the_lint_and_the_facts_find_nothing_wrong(family: Family) -> None:
    for routine in routines(family, 1):
        remarks = lint(assembled(routine.listing.text))
        assert [one for one in remarks if one.severity != "note"] == []
        full = replace(routine, style=replace(PLAIN, comments=1.0))
        verdict = verify(f"```asm\n{full.listing.text}\n```")
        assert verdict.level == Rung.MEASURE
        assert [finding for finding in verdict.findings if finding.level != "ok"] == []


@families
def test_every_style_assembles_to_the_same_bytes(family: Family) -> None:
    rng = random.Random(f"style:{family.slug}")
    for routine in routines(family, 1):
        code = assembled(routine.listing.text).code
        for _ in range(6):
            styled = replace(routine, style=style_of(rng.randrange(STYLES)))
            assert assembled(styled.listing.text).code == code, styled.listing.text


@families
def test_texts_can_be_filled_in(family: Family) -> None:
    for routine in routines(family, 1):
        for text in (*family.asks, *family.does, *family.ways[routine.way].hows, family.takes, family.gives):
            filled = routine.fill(text)
            assert "{" not in filled and "  " not in filled


@families
def test_a_task_is_not_taken_for_a_question_about_a_register(family: Family) -> None:
    """A text with one register's name or address alone asks for the other; a task names both or none."""
    for routine in routines(family, 1):
        for text in (*family.asks, *family.does):
            assert asked_of(routine.fill(text)) is None, text


@families
def test_a_time_that_is_stated_as_fixed_is_the_same_in_every_run(family: Family) -> None:
    for routine in routines(family, 1):
        assembly = assembled(routine.listing.text)
        if has_fixed_course(assembly):
            runner = Runner(load(assembly))
            times = {runner.run(start).cycles for start in routine.starts(40)}
            assert times == {routine.measured().cycles[0]}, routine.listing.text


def test_a_case_tells_a_wrong_routine_from_a_right_one() -> None:
    routine = routines(FAMILIES["clamp_byte"])[0]
    right = routine.listing.text
    assert first_miss(right, routine.cases()) is None
    assert first_miss(right.replace("BCS", "BCC"), routine.cases()) is not None


def test_a_case_looks_at_the_bytes_beside_a_place() -> None:
    """A store that is too wide is seen although its own byte is right."""
    routine = routines(FAMILIES["countdown"])[0]
    wide = routine.listing.text.replace("SEP #$20", "REP #$20")
    found = first_miss(wide, routine.cases(12))
    assert found is not None


def test_the_same_values_give_the_same_cases_whatever_their_order() -> None:
    routine = routines(FAMILIES["add_24"])[0]
    turned = replace(routine, values=dict(reversed(list(routine.values.items()))))
    assert turned.cases() == routine.cases()
