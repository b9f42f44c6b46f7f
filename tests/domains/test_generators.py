"""What holds for the generators of register facts: repeatable, distinct, true, grouped, storable."""

from __future__ import annotations

import json
import re

import pytest

from datasets_app.domains.asm65816.domain import DOMAIN
from datasets_app.domains.asm65816.registers import all_registers, register_named
from datasets_app.domains.base import Context, Draft, Generator

COUNT = 3000
FACTS = [DOMAIN.generator(name) for name in ("register_facts", "routines", "demo_set")]
generators = pytest.mark.parametrize("generator", FACTS, ids=lambda g: g.name)


def drafts(generator: Generator, seed: int = 1, count: int = COUNT) -> list[Draft]:
    return [generator.write(params) for params in generator.plan(count, seed)]


@generators
def test_a_seed_gives_the_same_samples_again_and_another_seed_others(generator: Generator) -> None:
    assert drafts(generator, 1) == drafts(generator, 1)
    assert {d.instruction for d in drafts(generator, 1, 50)} != {d.instruction for d in drafts(generator, 2, 50)}


@generators
def test_params_survive_being_stored_as_json(generator: Generator) -> None:
    for params in generator.plan(200, 3):
        assert generator.write(json.loads(json.dumps(params))) == generator.write(params)


@generators
def test_it_gives_no_more_than_asked_for(generator: Generator) -> None:
    assert [len(drafts(generator, 1, count)) for count in (0, 1, 100)] == [0, 1, 100]


@generators
def test_no_question_is_asked_twice(generator: Generator) -> None:
    asked = [(d.instruction, d.input) for d in drafts(generator)]
    assert len(asked) == len(set(asked))


@generators
def test_every_sample_is_true_by_the_verifier(generator: Generator) -> None:
    for draft in drafts(generator):
        found = DOMAIN.verify(draft.output, Context(draft.instruction, draft.input))
        assert found.supported >= 1, draft
        assert (found.contradicted, found.unknown) == (0, 0), draft


def test_a_false_name_or_address_in_any_answer_is_caught() -> None:
    """The register confusion of the user's first models: every wording, with the next register's name put in."""
    registers = all_registers()
    following = dict(zip(registers, [*registers[1:], registers[0]], strict=True))
    for draft in drafts(DOMAIN.generator("register_facts")):
        right = register_named(draft.params["register"])
        assert right is not None
        wrong = following[right]
        if wrong.name in right.disputed:
            continue
        said = re.sub(rf"\b{right.name}\b", wrong.name, draft.output)
        if said == draft.output:
            said = draft.output.replace(right.label, wrong.label)
        found = DOMAIN.verify(said, Context(draft.instruction, draft.input))
        confirmed = [finding for finding in found.findings if finding.code == "register_supported"]
        assert found.level == 0 and found.contradicted >= 1 and confirmed == [], (draft.instruction, said)


@generators
def test_kinds_and_groups_are_declared_and_fit_their_columns(generator: Generator) -> None:
    written = drafts(generator)
    assert {d.kind for d in written} == set(generator.kinds)
    assert all(d.kind == d.params["kind"] for d in written)
    assert max(len(d.group_id) for d in written) <= 120
    assert len({d.group_id for d in written}) >= 50


@generators
def test_texts_have_no_leftover_placeholders(generator: Generator) -> None:
    for draft in drafts(generator):
        assert not set("{}@") & set(draft.instruction + draft.input + draft.output), draft
        assert draft.instruction == draft.instruction.strip() and draft.output == draft.output.strip()


@generators
def test_answers_open_in_many_ways(generator: Generator) -> None:
    """A model trained on one fixed pattern learns the pattern (Veran v2): no opening word may dominate."""
    openings: dict[str, int] = {}
    written = drafts(generator)
    for draft in written:
        first = draft.output.split()[0].strip(".,:`$")
        openings[first] = openings.get(first, 0) + 1
    assert len(openings) >= 25
    assert max(openings.values()) <= 0.3 * len(written)
