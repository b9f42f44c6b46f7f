"""The suites that come with the house: each case can be scored, nothing is free, no wording is one of training."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from django.test import Client

from afsweb.core.models import Event, Job, Role, User
from datasets_app.domains.asm65816.generators import (
    debug_words,
    explain_words,
    optimise_words,
    register_wordings,
    trace_words,
    wordings,
)
from datasets_app.domains.asm65816.generators.pool.families import ALL_FAMILIES
from datasets_app.domains.asm65816.registers import register_at
from evals_app.models import Purpose, Suite
from evals_app.scorers import get_scorer
from evals_app.shipped import making
from evals_app.shipped.catalog import CODE, SHIPPED, TOLD, Shipped
from evals_app.shipped.riddles import Riddle, checked
from evals_app.suites import CaseDraft, check_drafts

LEAST = {"basic-65816": 200, "snes-hardware": 200}
EVERYTHING = "A)\nB)\nC)\nD)\n1 2 3 4 5 6 7 8 INIDISP VMAIN CGADD $2100 $2115 yes no N Z C"


@pytest.fixture(scope="module")
def drafts() -> dict[str, list[CaseDraft]]:
    return {one.slug: list(one.cases()) for one in TOLD}


by_suite = pytest.mark.parametrize("shipped", TOLD, ids=lambda one: one.slug)


def value(draft: CaseDraft, shipped: Shipped, answer: str) -> float:
    return get_scorer(draft.scorer or shipped.scorer).score(draft.expected, answer).score or 0.0


@by_suite
def test_a_suite_has_cases_enough_and_each_can_be_scored(shipped: Shipped, drafts: dict[str, list[CaseDraft]]) -> None:
    cases = drafts[shipped.slug]
    check_drafts(cases, shipped.scorer)
    assert len(cases) >= LEAST.get(shipped.slug, 50)
    asked = [draft.messages[-1]["content"] for draft in cases]
    assert len(set(asked)) == len(asked)


@by_suite
def test_the_reference_earns_the_point_and_nothing_else_is_free(
    shipped: Shipped, drafts: dict[str, list[CaseDraft]]
) -> None:
    for draft in drafts[shipped.slug]:
        assert [value(draft, shipped, good) for good in draft.references] == [1.0], draft
        assert value(draft, shipped, "") == 0.0, draft
        assert value(draft, shipped, EVERYTHING) == 0.0, draft


@by_suite
def test_the_same_code_asks_the_same(shipped: Shipped, drafts: dict[str, list[CaseDraft]]) -> None:
    assert list(shipped.cases()) == drafts[shipped.slug]


def test_registers_are_asked_about_both_ways(drafts: dict[str, list[CaseDraft]]) -> None:
    directions = [one.expected["direction"] for one in drafts["snes-hardware"] if one.scorer == "register_claims"]
    assert directions.count("name") == directions.count("address") >= 100


def test_right_options_stand_at_every_place(drafts: dict[str, list[CaseDraft]]) -> None:
    places = [one.expected["right"] for cases in drafts.values() for one in cases if one.scorer == "choice"]
    assert max(places.count(place) for place in range(4)) < 0.32 * len(places)


def test_no_wording_is_one_of_training(drafts: dict[str, list[CaseDraft]]) -> None:
    patterns = [as_pattern(text) for text in trained_wordings()]
    assert len(patterns) > 200
    for draft in (one for cases in drafts.values() for one in cases):
        asked = draft.messages[-1]["content"].split("\n")[0]
        assert not [one.pattern for one in patterns if one.fullmatch(asked)], asked


def trained_wordings() -> Iterator[str]:
    """Every template of a question that a generator has."""
    for told in (*wordings.NAME_QUESTIONS.values(), *wordings.ADDRESS_QUESTIONS.values()):
        yield from told
    for name in dir(register_wordings):
        if name.endswith("_QUESTIONS"):
            yield from getattr(register_wordings, name)
    for module, names in ((debug_words, ("_REPORTS", "_SILENT", "_PLAIN")), (optimise_words, ("_ASKS",))):
        yield from (text for name in names for text in getattr(module, name))
    yield from (*explain_words.ASKS, *trace_words._ASKS)
    yield from (ask for family in ALL_FAMILIES for ask in family.asks)


def as_pattern(template: str) -> re.Pattern[str]:
    """What the template may come to; placeholders alone, such as “{a}?”, match no more than two words."""
    parts = re.split(r"\{[^{}]*\}", template)
    filled = r"\S+" if len("".join(parts).split()) < 3 else r".{1,80}"
    return re.compile(filled.join(map(re.escape, parts)), re.IGNORECASE)


def test_a_template_of_training_would_be_noticed() -> None:
    asked = "Which register is at $2100?"
    assert any(as_pattern(text).fullmatch(asked) for text in trained_wordings())


def test_an_invented_register_earns_nothing(drafts: dict[str, list[CaseDraft]]) -> None:
    open_ones = [one for one in drafts["safety-65816"] if one.key.startswith("invented/")]
    for draft in open_ones:
        assert register_at(int(draft.cluster, 16)) is None
        score = get_scorer("regex").score
        assert score(draft.expected, "It is a control register which does not need much explaining.").score == 0.0
        assert score(draft.expected, "There is no register here, except for CGADD.").score == 0.0
        assert score(draft.expected, "It isn't mapped to any hardware: open bus.").score == 1.0


def test_a_description_that_the_machine_does_not_bear_out_is_refused() -> None:
    right, wrong = ("A plus one", lambda a: a + 1), ("A minus one", lambda a: a - 1)
    assert checked(Riddle("plus", "INC A\nRTS", (right, wrong)))
    with pytest.raises(ValueError, match="“A minus one” is wrong"):
        checked(Riddle("plus", "INC A\nRTS", (wrong, right)))
    with pytest.raises(ValueError, match="“A plus one” is also right"):
        checked(Riddle("plus", "INC A\nRTS", (right, right)))


def test_all_nine_are_shipped() -> None:
    assert len({one.slug for one in SHIPPED}) == len(SHIPPED) == len(TOLD) + len(CODE) == 9


def test_a_button_has_them_made_once(
    client_as: Callable[[Role | User], Client], do: Callable[[Job], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    shipped = TOLD[-3:]  # all of them take a while; `afs suite shipped` is tried with code
    monkeypatch.setattr(making, "SHIPPED", shipped)
    trainer = client_as(Role.TRAINER)
    for _ in range(2):
        assert trainer.post("/suites/shipped/").status_code == 302
        job = Job.objects.latest("created_at")
        assert (job.kind, do(job)) == ("evals.make_shipped", "succeeded")
    assert (job.done, job.total) == (3, 3)
    assert {suite.purpose for suite in Suite.objects.all()} == set(Purpose)
    assert list(Suite.objects.values_list("number", flat=True)) == [1, 1, 1]
    assert set(Event.objects.filter(verb="make").values_list("actor__role", flat=True)) == {Role.TRAINER}
