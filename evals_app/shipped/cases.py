"""How a question becomes a case: as a forced choice, or with an answer that is right to the letter."""

from __future__ import annotations

import random
from collections.abc import Sequence

from evals_app.scorers.choice import LETTERS, with_options
from evals_app.suites import CaseDraft

Messages = list[dict[str, str]]


def choice(key: str, category: str, cluster: str, question: str, right: str, wrong: Sequence[str]) -> CaseDraft:
    """A question with its options below, in an order that the key alone decides; `wrong` are the other options."""
    options = [right, *wrong]
    random.Random(f"options:{key}").shuffle(options)
    place = options.index(right)
    asked = with_options(f"{question}\n", options) + "\n\nAnswer with the letter alone."
    expected = {"options": options, "right": place}
    return CaseDraft(key, category, cluster, user(asked), expected, scorer="choice", references=[LETTERS[place]])


def exact(key: str, category: str, cluster: str, question: str, answers: Sequence[str]) -> CaseDraft:
    """A question whose answer is one of `answers`, word for word; the first is the reference."""
    expected = {"answers": list(answers)}
    return CaseDraft(key, category, cluster, user(question), expected, scorer="exact", references=[answers[0]])


def number(key: str, category: str, cluster: str, question: str, value: int) -> CaseDraft:
    """A question whose answer is a decimal number."""
    return exact(key, category, cluster, _with(question, "Answer with the number alone."), [str(value)])


def hexadecimal(key: str, category: str, cluster: str, question: str, value: int, digits: int) -> CaseDraft:
    """A question whose answer is a hexadecimal number of so many digits, with or without the sign before it."""
    bare = f"{value:0{digits}X}"
    asked = _with(question, f"Answer with the hexadecimal number alone, such as {_example(digits)}.")
    return exact(key, category, cluster, asked, [f"${bare}", bare, f"0x{bare}"])


def user(text: str) -> Messages:
    """A chat that begins with this question."""
    return [{"role": "user", "content": text}]


def fenced(code: str) -> str:
    """Code as it stands in a question."""
    return f"```asm\n{code}\n```"


def _with(question: str, wish: str) -> str:
    """The wish behind the question, or below it where code stands there."""
    return f"{question}\n\n{wish}" if question.endswith("```") else f"{question} {wish}"


def _example(digits: int) -> str:
    return f"${'1F2E3D'[:digits]}"
