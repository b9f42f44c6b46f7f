"""What holds for the generators that write from the pool and the register table."""

from __future__ import annotations

import json
from collections import Counter
from functools import cache

import pytest

from datasets_app.domains.asm65816.domain import DOMAIN
from datasets_app.domains.asm65816.generators.bugs.catalog import BY_SLUG as BUGS
from datasets_app.domains.asm65816.generators.bugs.kinds import CATEGORIES
from datasets_app.domains.asm65816.generators.checked import verdict_on
from datasets_app.domains.asm65816.generators.rewriting.catalog import REWRITINGS
from datasets_app.domains.asm65816.verify import Rung
from datasets_app.domains.base import Draft, DraftRefused, Params
from datasets_app.domains.variety import variety_of

RUNGS = {
    "register_questions": Rung.FACTS,
    "write_routine": Rung.EXECUTE,
    "explain": Rung.MEASURE,
    "trace": Rung.MEASURE,
    "optimise": Rung.EXECUTE,
    "debug": Rung.EXECUTE,
    "review": Rung.EXECUTE,
}
COUNT = 200
names = pytest.mark.parametrize("name", RUNGS)


@cache
def planned(name: str) -> tuple[Params, ...]:
    return tuple(DOMAIN.generator(name).plan(COUNT, 7))


@cache
def drafts(name: str) -> tuple[Draft, ...]:
    """Written, and so passed by the verifier: a generator refuses what is not."""
    return tuple(DOMAIN.generator(name).write(params) for params in planned(name))


@names
def test_every_draft_reaches_its_rung_with_nothing_bad(name: str) -> None:
    assert len(drafts(name)) == COUNT
    for draft in drafts(name)[::8]:
        verdict = verdict_on(draft)
        assert verdict.level == RUNGS[name], draft
        assert [finding for finding in verdict.findings if finding.level == "bad"] == []
        assert verdict.contradicted == 0


@names
def test_it_repeats_itself_from_its_seed_and_from_stored_params(name: str) -> None:
    generator = DOMAIN.generator(name)
    assert list(generator.plan(12, 7)) == list(planned(name)[:12])
    assert list(generator.plan(12, 8)) != list(planned(name)[:12])
    for params, draft in list(zip(planned(name), drafts(name), strict=True))[:6]:
        assert generator.write(json.loads(json.dumps(params, sort_keys=True))) == draft


@names
def test_params_are_small(name: str) -> None:
    sizes = [len(json.dumps(params)) for params in planned(name)]
    assert sum(sizes) / len(sizes) < 4_000 and max(sizes) < 16_000


@names
def test_no_question_is_asked_twice(name: str) -> None:
    assert len({(draft.instruction, draft.input) for draft in drafts(name)}) == COUNT


@names
def test_kinds_and_groups_fit_their_columns(name: str) -> None:
    assert {draft.kind for draft in drafts(name)} == set(DOMAIN.generator(name).kinds)
    assert all(draft.kind == draft.params["kind"] for draft in drafts(name))
    assert max(len(draft.group_id) for draft in drafts(name)) <= 120
    assert len({draft.group_id for draft in drafts(name)}) >= 40


@names
def test_texts_have_no_leftover_placeholders(name: str) -> None:
    for draft in drafts(name):
        text = "\n".join((draft.instruction, draft.input, draft.output))
        assert not set("{}") & set(text), draft
        assert draft.output == draft.output.strip() and draft.instruction == draft.instruction.strip()


BOUNDS = {
    # Openings and formats in bits, the share of the commonest first word, distinct runs of four words.
    "register_questions": (6.5, 0.2, 0.3, 0.45),
    "write_routine": (6.5, 2.8, 0.5, 0.4),
    "explain": (6.5, 2.5, 0.35, 0.35),
    "trace": (5.5, 2.5, 0.5, 0.12),
    "optimise": (6.0, 2.5, 0.5, 0.35),
    "debug": (6.5, 2.2, 0.35, 0.35),
    "review": (6.0, 3.0, 0.35, 0.25),
}


@names
def test_answers_vary_in_how_they_begin_and_what_they_look_like(name: str) -> None:
    found, (openings, formats, commonest, grams) = variety_of(d.output for d in drafts(name)), BOUNDS[name]
    assert found.openings >= openings and found.formats >= formats, found
    assert found.commonest_opening <= commonest and found.distinct_grams >= grams, found


def test_all_kinds_of_optimisation_are_taken() -> None:
    taken = Counter(slug for params in planned("optimise") for slug, _ in params["changes"])
    assert set(taken) == {rewriting.slug for rewriting in REWRITINGS} and len(taken) >= 15
    assert any("from" in params for params in planned("optimise"))


def test_what_an_optimisation_says_it_saves_is_what_it_saves() -> None:
    said = [verdict_on(draft) for draft in drafts("optimise") if "aves " in draft.output or "aving " in draft.output][
        :25
    ]
    codes = [finding.code for verdict in said for finding in verdict.findings]
    assert codes.count("saving_supported") >= 20
    assert "saving_contradicted" not in codes


def test_all_categories_of_fault_take_turns() -> None:
    counts = Counter(BUGS[params["bug"]].category for params in planned("debug"))
    assert set(counts) == set(CATEGORIES)
    assert min(counts.values()) >= COUNT // len(CATEGORIES) - 6, counts


def test_a_fault_shows_in_the_given_code_and_not_in_the_fix() -> None:
    for draft in drafts("debug")[::10]:
        codes = {finding.code for finding in verdict_on(draft).findings}
        assert {"bug_reproduced", "right_result"} <= codes, draft


def test_a_fault_of_timing_is_proven_by_a_rule_and_not_by_a_run() -> None:
    params = next(params for params in planned("debug") if params["bug"] == "too_early")
    assert params["proof"]["rule"] == "early_result"
    without = params | {"proof": {"kind": "fix", "cases": params["proof"]["cases"]}}
    with pytest.raises(DraftRefused, match="no bug to be seen"):
        DOMAIN.generator("debug").write(without)


def test_a_generator_refuses_what_does_not_verify() -> None:
    params = planned("write_routine")[0]
    case = params["proof"]["cases"][0]
    wrong = case | {"end": case["end"] | {"ended": "RTL"}}
    with pytest.raises(DraftRefused, match="does not do what is required"):
        DOMAIN.generator("write_routine").write(params | {"proof": {"kind": "end", "cases": [wrong]}})
