"""Personas come from a seed of their own, can be told apart from training, and travel as a file."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.utils import timezone

from afsweb.core.models import Endpoint, Provider, User
from datasets_app.models import Domain
from evals_app.contamination.words import normal
from evals_app.errors import PersonaNotWorded, PersonasRefused, PersonaWasTrainedOn, SeedIsOfTraining
from evals_app.models import Rubric
from evals_app.simulate import suites
from evals_app.simulate.generate import MANNERS, WISHES, generate, subjects_of
from evals_app.simulate.personas import read_personas
from tests.evals.completions_server import CompletionsServer
from tests.evals.talking import file_of, make_talks, persona, use_marks
from tests.web import loop


@pytest.fixture
def text(db: None) -> Domain:
    return Domain.objects.get(slug="text")


def test_a_seed_gives_the_same_persona_wherever_it_stands_in_the_line(text: Domain) -> None:
    (alone,) = generate(text, count=1, seed=9005, conversations=3)
    assert generate(text, count=15, seed=9000, conversations=3)[5] == alone
    assert len(set(alone.openings)) == 3


def test_wishes_and_manners_take_turns(text: Domain) -> None:
    made = generate(text, count=36, seed=9000, conversations=1)
    assert len({(one.kind, one.talks) for one in made}) == len(WISHES) * len(MANNERS)
    assert len({one.id for one in made}) == 36


def test_the_domain_says_what_they_talk_about(text: Domain) -> None:
    assert subjects_of(text) == ["documentation", "articles", "conversations"]
    assert subjects_of(Domain.objects.get(slug="oracle"))[0] == "the code of Oracle of Secrets"
    assert "mode 7" in subjects_of(Domain.objects.get(slug="asm65816"))
    assert subjects_of(Domain(slug="tea", name="Tea")) == ["Tea"]


@pytest.mark.parametrize("seed", [0, 4_999])
def test_the_seeds_of_training_are_refused(text: Domain, seed: int) -> None:
    with pytest.raises(SeedIsOfTraining, match="Seeds 0 to 4999 belong to training"):
        generate(text, count=1, seed=seed, conversations=1)


def test_no_persona_runs_from_the_seeds_of_training_into_others(text: Domain) -> None:
    with pytest.raises(SeedIsOfTraining):
        generate(text, count=15, seed=4_990, conversations=1)
    assert generate(text, count=1, seed=5_000, conversations=1)


def test_fifteen_personas_are_a_suite_of_45_conversations(text: Domain, monkeypatch: pytest.MonkeyPatch) -> None:
    use_marks(monkeypatch)
    suite = suites.make_persona_suite(suites.make_file(text, count=15, seed=9000))
    assert suite.cases.count() == 45
    assert suite.cases.values("cluster").distinct().count() == 15
    case = suite.cases.get(key__startswith="p9000/1/")
    assert (case.cluster, case.expected["turns"], case.expected["rubric"]) == ("p9000", 6, "conversation:1")
    assert [message["role"] for message in case.messages] == ["user"]
    assert "openings" not in case.expected["persona"]
    assert Rubric.objects.get(slug="conversation").safety


def test_the_file_of_a_suite_makes_the_same_suite(text: Domain, monkeypatch: pytest.MonkeyPatch) -> None:
    use_marks(monkeypatch)
    file = suites.make_file(text, count=3, seed=9000, conversations=2)
    suite = suites.make_persona_suite(file)
    again = suites.file_of(suite)
    assert again == file
    assert suites.make_persona_suite(read_personas(again.as_json())) == suite


def test_what_the_personas_share_makes_another_version(text: Domain, monkeypatch: pytest.MonkeyPatch) -> None:
    use_marks(monkeypatch)
    first = suites.make_persona_suite(suites.make_file(text, count=2, seed=9000, turns=3))
    longer = suites.make_persona_suite(suites.make_file(text, count=2, seed=9000, turns=4))
    other = suites.make_persona_suite(suites.make_file(text, count=2, seed=9100, turns=3))
    back = suites.make_persona_suite(suites.make_file(text, count=3, seed=9000, turns=3))
    assert [one.number for one in (first, longer, other, back)] == [1, 2, 3, 4]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"domain": "tea"}, "there is no domain “tea”"),
        ({"rubric": "nothing:3"}, "there is no rubric “nothing:3”"),
        ({"personas": []}, "at least 1 item"),
        ({"turns": 0}, "turns: "),
        ({"format": "something else"}, "format: "),
        ({"more": 1}, "more: "),
    ],
)
def test_a_file_that_is_none_says_why(
    db: None, change: dict[str, Any], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_marks(monkeypatch)
    told = json.loads(file_of(persona(1)).as_json()) | change
    with pytest.raises(PersonasRefused, match=said):
        suites.make_persona_suite(read_personas(json.dumps(told)))


def test_a_file_cannot_bring_personas_of_training_or_twice_the_same(db: None) -> None:
    with pytest.raises(SeedIsOfTraining):
        read_personas(file_of(persona(1).model_copy(update={"seed": 17})).as_json())
    with pytest.raises(PersonasRefused, match="two of them are called p9001"):
        read_personas(file_of(persona(1), persona(1)).as_json())
    with pytest.raises(PersonasRefused, match="Invalid JSON"):
        read_personas("{")


def test_a_persona_that_was_trained_on_is_refused(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    run = loop.add_run()
    file = file_of(persona(1), persona(2))
    suites.check_untrained(file.personas)
    asked = normal("  OPENING 2.1: how does   it work?")
    monkeypatch.setattr(suites, "asked_in", lambda snapshot: iter([("train", 0, None, {"another", asked})]))
    with pytest.raises(PersonaWasTrainedOn, match=f"“Opening 2.1: .*” of p9002 in {run.snapshot}"):
        suites.keep_personas(file)


def test_an_endpoint_words_what_the_program_made(text: Domain, server: CompletionsServer) -> None:
    def word(body: dict[str, Any]) -> str:
        asked = body["messages"][0]["content"]
        sketch = json.loads(asked[asked.index("{") : asked.rindex("}") + 1])
        openings = [f"In other words, {number}?" for number, _ in enumerate(sketch["openings"])]
        return f"Here it is:\n```json\n{json.dumps(sketch | {'openings': openings, 'wants': 'A poem.'})}\n```"

    server.script = word
    endpoint = Endpoint.objects.create(
        name="writer", provider=Provider.OPENAI_COMPATIBLE, base_url=server.url, model="w"
    )
    file = suites.make_file(text, count=3, seed=9000, conversations=2, endpoint=endpoint)
    assert [one.id for one in file.personas] == ["p9000", "p9001", "p9002"]
    assert {one.wants for one in file.personas} == {"A poem."}
    assert file.personas[0].openings == ("In other words, 0?", "In other words, 1?")
    assert file.made_by == "personas 1, worded by writer (w)"
    assert {body["seed"] for body in server.bodies} == {9000, 9001, 9002}


@pytest.mark.parametrize(
    ("said", "why"),
    [("I would rather not.", "substring not found"), ('{"wants": "x"}', "'knows'"), (503, "503"), ("{]}", "Expecting")],
)
def test_an_endpoint_that_does_not_word_it_says_why(
    text: Domain, server: CompletionsServer, said: str | int, why: str
) -> None:
    server.otherwise = said
    endpoint = Endpoint.objects.create(
        name="writer", provider=Provider.OPENAI_COMPATIBLE, base_url=server.url, model="w"
    )
    with pytest.raises(PersonaNotWorded, match=why):
        suites.make_file(text, count=1, seed=9000, endpoint=endpoint)


def test_making_the_same_twice_is_one_suite(db: None, trainer: User, monkeypatch: pytest.MonkeyPatch) -> None:
    use_marks(monkeypatch)
    began = timezone.now()
    first = make_talks()
    assert make_talks() == first
    assert first.created_at >= began.replace(microsecond=0) or first.number == 1
