"""Questions about code for suites: enough, each with a reference that earns the point, none of them trained on."""

from __future__ import annotations

from functools import cache
from random import Random

import pytest

from datasets_app.domains.asm65816.domain import DOMAIN
from datasets_app.domains.asm65816.generators.pool.families import FAMILIES
from datasets_app.domains.asm65816.grading import code_problem, fix_problem, grade_code, grade_fix
from datasets_app.domains.asm65816.held_out import CodeDraft, debug_drafts, optimise_drafts, wordings, write_drafts

MAKERS = {"optimise": optimise_drafts, "write": write_drafts, "debug": debug_drafts}
GENERATORS = {"optimise": "optimise", "write": "write_routine", "debug": "debug"}
# Where the generators' addresses begin in each part of memory, and their step.
GRID = {"direct": (0x10, 2), "low": (0x200, 0x10), "work": (0x7E4400, 0x20), "far": (0x7F4400, 0x40)}
names = pytest.mark.parametrize("name", MAKERS)


@cache
def drafts(name: str) -> list[CodeDraft]:
    return MAKERS[name]()


@names
def test_there_are_enough_and_no_two_are_the_same(name: str) -> None:
    found = drafts(name)
    assert len(found) >= 50
    assert len({draft.key for draft in found}) == len({draft.prompt for draft in found}) == len(found)
    assert len({draft.cluster for draft in found}) >= 30
    assert not [draft for draft in found if set("{}") & set(draft.prompt)]


@names
def test_each_reference_earns_the_whole_point(name: str) -> None:
    grade, problem = (grade_fix, fix_problem) if name == "debug" else (grade_code, code_problem)
    # All of them are tried by the benchmark asm_exec.
    for draft in drafts(name)[::4]:
        assert problem(draft.expected) == "", draft.key
        assert grade(draft.expected, draft.reference).score == 1.0, draft.key


@names
def test_the_code_that_was_given_earns_nothing(name: str) -> None:
    if name == "write":
        pytest.skip("no code is given")
    for draft in drafts(name)[::8]:
        grade = grade_fix if name == "debug" else grade_code
        given = draft.expected["broken" if name == "debug" else "equal"]
        assert grade(draft.expected, f"```asm\n{given}\n```").score == 0.0, draft.key


def test_no_generator_can_put_memory_where_these_questions_do() -> None:
    for draft in drafts("write"):
        params = draft.expected["routine"]
        family = FAMILIES[params["routine"]]
        for place in family.places:
            first, step = GRID[family.places[place].area]
            assert (params["values"][place] - first) % step, draft.key
            assert not (family.draw(Random(draft.key))[place] - first) % step


@names
def test_their_sentences_are_none_of_training(name: str) -> None:
    generator = DOMAIN.generator(GENERATORS[name])
    trained = "\n".join(generator.write(params).instruction for params in generator.plan(12, 0))
    frames = [*wordings.OPTIMISE, *wordings.WRITE, *wordings.DEBUG, *wordings.DEBUG_SILENT, wordings.ANSWER]
    pieces = [part.strip() for frame in frames for part in frame.replace("{", "}").split("}")[::2]]
    assert not [piece for piece in pieces if len(piece) > 20 and piece in trained]


@names
def test_they_are_the_same_at_every_call(name: str) -> None:
    assert MAKERS[name](5) == drafts(name)[:5]
