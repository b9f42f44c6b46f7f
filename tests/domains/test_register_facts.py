"""Register questions: both directions, many wordings, the name in different places."""

from __future__ import annotations

from collections import Counter

from datasets_app.domains.asm65816.generators.register_facts import ADDRESS, NAME, RegisterFacts, wordings
from datasets_app.domains.asm65816.generators.wordings import NAME_ANSWERS, NAME_QUESTIONS
from datasets_app.domains.asm65816.registers import all_registers, register_named
from datasets_app.domains.base import Draft


def everything() -> list[Draft]:
    generator = RegisterFacts()
    return [generator.write(params) for params in generator.plan(100_000, 1)]


def test_every_register_is_asked_in_every_wording_both_ways() -> None:
    asked = Counter((d.params["register"], d.kind) for d in everything())
    for kind in (NAME, ADDRESS):
        assert len(wordings(kind)) >= 50
        assert {asked[register.name, kind] for register in all_registers()} == {len(wordings(kind))}


def test_no_wording_is_written_twice() -> None:
    texts = [text for family in NAME_QUESTIONS.values() for text in family]
    assert len(set(texts)) == len(texts)


def test_the_name_stands_first_in_the_middle_and_last() -> None:
    places = Counter()  # type: Counter[str]
    for texts in NAME_ANSWERS.values():
        for text in texts:
            words = text.replace(".", "").replace(":", "").replace(",", "").replace(";", "").split()
            at = words.index("{n}")
            places[
                "alone" if len(words) == 1 else "first" if at == 0 else "last" if at == len(words) - 1 else "middle"
            ] += 1
    assert min(places[place] for place in ("first", "middle", "last")) >= 3


def test_an_instruction_fits_the_direction_of_the_access() -> None:
    for draft in everything():
        register = register_named(draft.params["register"])
        assert register is not None
        if "`LDA " in draft.instruction:
            assert register.access == "R"
        if "`STA " in draft.instruction:
            assert "W" in register.access
        if "write-only" in draft.output:
            assert register.access == "W"


def test_questions_never_give_the_answer_away() -> None:
    for draft in everything():
        register = register_named(draft.params["register"])
        assert register is not None
        assert (register.name if draft.kind == NAME else register.label) not in draft.instruction
