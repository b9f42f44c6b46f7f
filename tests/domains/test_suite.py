"""The held-out suite: its wordings are in no generator, and every case is answerable."""

from __future__ import annotations

import re

from datasets_app.domains.asm65816.demo_set import DEMO_REGISTERS
from datasets_app.domains.asm65816.domain import DOMAIN
from datasets_app.domains.asm65816.generators.wordings import ADDRESS_QUESTIONS, NAME_QUESTIONS
from datasets_app.domains.asm65816.registers import all_registers
from datasets_app.domains.asm65816.scoring import score_register_answer
from datasets_app.domains.asm65816.suite import HELD_OUT, PHRASINGS, cases

TRAINED = [text for table in (NAME_QUESTIONS, ADDRESS_QUESTIONS) for texts in table.values() for text in texts]
TESTED = [text for texts in HELD_OUT.values() for text in texts]


def normalised(text: str) -> str:
    return " ".join(re.findall(r"[a-z0-9{}$]+", text.lower()))


def trigrams(text: str) -> set[str]:
    words = re.findall(r"[a-z']+|\{[an]\}", text.lower())
    return {" ".join(words[i : i + 3]) for i in range(len(words) - 2)}


def test_no_wording_is_both_trained_and_tested() -> None:
    assert not {normalised(text) for text in TRAINED} & {normalised(text) for text in TESTED}


def test_a_tested_wording_shares_less_than_half_with_any_trained_one() -> None:
    for tested in TESTED:
        mine = trigrams(tested)
        for trained in TRAINED:
            theirs = trigrams(trained)
            assert len(mine & theirs) < 0.5 * len(mine), (tested, trained)


def test_no_generated_instruction_is_a_case() -> None:
    prompts = {normalised(c.prompt) for c in cases(all_registers(), 1, ("name", "address"))}
    for name in ("register_facts", "register_questions", "routines", "demo_set"):
        generator = DOMAIN.generator(name)
        asked = {normalised(generator.write(params).instruction) for params in generator.plan(30_000, 7)}
        assert not asked & prompts, generator.name


def test_the_demo_suite_has_three_phrasings_of_each_register() -> None:
    drawn = cases(DEMO_REGISTERS, 1)
    assert len(drawn) == 26 * PHRASINGS == 78
    assert len({c.key for c in drawn}) == len({c.prompt for c in drawn}) == 78
    assert {c.category for c in drawn} == {"PPU registers", "CPU registers", "DMA registers"}
    assert len({c.cluster for c in drawn}) == 26
    assert max(len(c.key) for c in drawn) <= 100


def test_a_seed_gives_the_same_cases_again() -> None:
    assert cases(DEMO_REGISTERS, 1) == cases(DEMO_REGISTERS, 1)
    assert cases(DEMO_REGISTERS, 1) != cases(DEMO_REGISTERS, 2)


def test_the_right_answer_scores_and_the_prompt_itself_does_not() -> None:
    for case in cases(all_registers(), 3, ("name", "address")):
        right = case.expected["name"] if case.expected["direction"] == "name" else case.expected["address"]
        assert score_register_answer(case.expected, right).score == 1, case
        assert score_register_answer(case.expected, case.prompt).score == 0, case
