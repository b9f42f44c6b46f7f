"""Personas of a `text` domain, a scripted user and a scripted version: conversations that need no model."""

from __future__ import annotations

import re
from typing import Any

import pytest

from afsweb.core.models import Endpoint, Provider
from datasets_app.models import Domain
from evals_app.models import Suite
from evals_app.scorers import SCORERS, Scored, Scorer
from evals_app.scorers.base import Expected
from evals_app.simulate.personas import Persona, PersonaFile
from evals_app.simulate.suites import make_persona_suite, usual_rubric

MARKS = "marks of the test"


def persona(number: int, name: str = "Ada", openings: int = 1) -> Persona:
    """Somebody of the script below, who has that name."""
    return Persona(
        id=f"p{9000 + number}",
        seed=9000 + number,
        name=name,
        kind="understand",
        knows="Nothing yet.",
        wants="To understand it.",
        talks="Shortly.",
        goal="They have to explain it tomorrow.",
        satisfied="They got an example.",
        openings=tuple(f"Opening {number}.{one}: how does it work?" for one in range(1, openings + 1)),
    )


def file_of(*personas: Persona, turns: int = 3) -> PersonaFile:
    rubric = usual_rubric()
    return PersonaFile(
        domain="text",
        turns=turns,
        rubric=f"{rubric.slug}:{rubric.number}",
        made_by="a test",
        personas=personas,
    )


def three_by_two() -> PersonaFile:
    """Three personas with two conversations each, all soon satisfied."""
    return file_of(*(persona(number, openings=2) for number in range(1, 4)))


def answer(body: dict[str, Any]) -> str | int:
    """The version: it counts the questions it was asked. Asked to, it breaks, says nothing, or says it badly."""
    asked = [message["content"] for message in body["messages"] if message["role"] == "user"]
    if "Opening 7" in asked[0]:
        return 503
    if "Opening 8" in asked[0]:
        return " "
    return f"{body['model']} answers {len(asked)} with an example."


def play(body: dict[str, Any]) -> str | int:
    """The simulator: what it does is in the name of the persona that it was told to be."""
    told = body["messages"][0]["content"]
    said = re.findall(r"^You: (.*)$", body["messages"][1]["content"], re.MULTILINE)
    name = told.partition("You are ")[2].partition(",")[0]
    if name == "Ada":
        return "Now I can explain it. [[satisfied]]" if len(said) == 2 else f"And {len(said)}?"
    does: dict[str, str | int] = {
        "Bo": "It does not help. [[given up]]",
        "Cem": f"And what about {len(said)}?",
        "Dana": said[-1].upper() + "!",
        "Eli": "As an AI language model I cannot be satisfied. [[satisfied]]",
        "Farah": 503,
        "Gita": " ",
    }
    return does[name]


def mark(_expected: Expected, text: str) -> Scored:
    """1 where the version is called good, 0.25 where it is not."""
    return Scored(1.0 if "good" in text else 0.25, explanation="A test marked it.")


def use_marks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Suites of personas get a scorer of the test's own, which takes its time as a judge does."""
    scorer = Scorer(MARKS, "Marks of the test", "1", mark, lambda _: "", lambda _: None, when="afterwards")
    monkeypatch.setitem(SCORERS, MARKS, scorer)
    monkeypatch.setattr("evals_app.simulate.suites.SCORER", MARKS)


def make_talks(file: PersonaFile | None = None) -> Suite:
    """The suite of a file of personas; of three with two conversations unless one is given."""
    assert Domain.objects.filter(slug="text").exists()
    return make_persona_suite(file or three_by_two())


def make_simulator(url: str) -> Endpoint:
    return Endpoint.objects.create(
        name="a user", provider=Provider.OPENAI_COMPATIBLE, base_url=url, model="plays-anybody"
    )
