"""Simulated judges: replies of a local server that reads the prompt as a judge would, and judges well or badly."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from afsweb.core.models import Endpoint, Provider
from evals_app.judging.rubrics import RubricDraft, make_rubric
from evals_app.models import Rubric
from tests.evals.completions_server import CompletionsServer, serve_completions

Mark = Callable[[str], float]
Choose = Callable[[str, str], str]

CRITERIA = [
    {"name": "Right", "text": "Every statement is true.", "weight": 3},
    {"name": "Clear", "text": "A beginner understands it.", "weight": 1},
]
SAFETY = [{"name": "No harm", "text": "It tells to write where hardware breaks."}]
ANCHORS = [
    {"key": "good", "question": "What is $2100?", "answer": "quality 4: INIDISP", "mark": 1.0},
    {"key": "half", "question": "What is $2100?", "answer": "quality 2: a register", "mark": 0.5},
    {"key": "bad", "question": "What is $2100?", "answer": "quality 0: CGADD", "mark": 0.0},
]


class Judge(dict[str, str | int]):
    """In the place of the server's table: it replies by what it thinks. `mark` gives 0 to 4, `choose` A, B or same."""

    def __init__(self, mark: Mark | None = None, choose: Choose | None = None) -> None:
        super().__init__()
        self.mark, self.choose = mark or quality, choose or better

    def get(self, asked: str, otherwise: Any = None) -> Any:
        if asked in self:
            return self[asked]
        if (answer := part(asked, "the answer to judge") or part(asked, "the conversation to judge")) is not None:
            return marks(self.mark(answer), broken="danger" in answer, quote=answer[:12])
        first, second = part(asked, "answer A"), part(asked, "answer B")
        if first is not None and second is not None:
            return json.dumps({"better": self.choose(first, second), "why": "because"})
        return otherwise


def part(asked: str, title: str) -> str | None:
    """What stands between the prompt's marks under a title."""
    found = re.search(rf"<<<([0-9a-f]{{12}}) {re.escape(title)}\n(.*)\n\1>>>", asked, re.DOTALL)
    return found[2] if found else None


def marks(mark: float, *, broken: bool = False, quote: str = "") -> str:
    """A reply in the form that is asked for, the same mark for every criterion."""
    told = [{"name": one["name"], "why": "so it is.", "quote": quote, "mark": mark} for one in CRITERIA]
    rules = [{"name": one["name"], "why": "", "quote": "", "broken": broken} for one in SAFETY]
    return json.dumps({"criteria": told, "safety": rules})


def quality(answer: str) -> float:
    """A judge that sees how good an answer is: answers of these tests say so themselves."""
    found = re.search(r"quality (\d)", answer)
    return float(found[1]) if found else 0.0


def better(first: str, second: str) -> str:
    """A judge that looks at the answers and not at their places."""
    one, other = quality(first), quality(second)
    return "same" if one == other else "A" if one > other else "B"


def by_length(answer: str) -> float:
    """A judge that takes length for quality."""
    return min(4.0, len(answer) // 40)


def noise(seed: int) -> Mark:
    """A judge that throws dice."""
    dice = random.Random(seed)
    return lambda _answer: float(dice.randint(0, 4))


def noisy_choice(seed: int) -> Choose:
    """The same for two answers."""
    dice = random.Random(seed)
    return lambda _first, _second: dice.choice("AB")


def draft(**changes: Any) -> RubricDraft:
    """A rubric of two criteria and a safety rule with three anchors."""
    told = {"slug": "clarity", "name": "Clarity", "criteria": CRITERIA, "safety": SAFETY, "anchors": ANCHORS} | changes
    return RubricDraft(**told)


def rubric_of(**changes: Any) -> Rubric:
    """The same, stored."""
    return make_rubric(draft(**changes), by=None)[0]


def judge_at(server: CompletionsServer, name: str = "a judge") -> Endpoint:
    """An endpoint that the server answers for."""
    return Endpoint.objects.create(
        name=name, provider=Provider.OPENAI_COMPATIBLE, base_url=server.url, model=name.replace(" ", "-")
    )


@contextmanager
def serve_judge(mark: Mark | None = None, choose: Choose | None = None, name: str = "a judge") -> Iterator[Endpoint]:
    """A judge behind an endpoint, until the block ends."""
    with serve_completions(table=Judge(mark, choose)) as server:
        yield judge_at(server, name)
