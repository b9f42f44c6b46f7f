"""Register questions in both directions, written from the register table."""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import islice

from datasets_app.domains.asm65816.generators.wordings import (
    ADDRESS_ANSWERS,
    ADDRESS_QUESTIONS,
    CLOSINGS,
    NAME_ANSWERS,
    NAME_QUESTIONS,
    OPENINGS,
)
from datasets_app.domains.asm65816.registers import Register, all_registers, register_named
from datasets_app.domains.base import Draft, Params

NAME, ADDRESS = "register_name", "register_address"

_QUESTIONS = {NAME: NAME_QUESTIONS, ADDRESS: ADDRESS_QUESTIONS}
_ANSWERS = {NAME: NAME_ANSWERS, ADDRESS: ADDRESS_ANSWERS}
_WRAPPED = 0.3  # The share of questions that get an opening, and of those that get a closing.
_ACCESS = {"W": "write-only", "R": "read-only", "RW": "readable and writable"}


class RegisterFacts:
    """Asks for the names and the addresses of all 192 registers, some 50 wordings each way, 5 answer styles."""

    name = "register_facts"
    kinds = (NAME, ADDRESS)

    def plan(self, count: int, seed: int) -> Iterator[Params]:
        """Yield up to `count` params; no question is asked twice, so there are at most 20,160."""
        rng = random.Random(f"{self.name}:{seed}")
        questions = [(r.name, kind, *w) for r in all_registers() for kind in self.kinds for w in wordings(kind)]
        rng.shuffle(questions)
        for register, kind, family, wording in islice(questions, count):
            yield question_params(rng, register, kind, family, wording, tuple(_ANSWERS[kind]))

    def write(self, params: Params) -> Draft:
        """Write one question and its answer."""
        return write_question(params)


def wordings(kind: str) -> list[tuple[str, int]]:
    """Return every (family, index) in which a kind of question is asked."""
    return [(family, i) for family, texts in _QUESTIONS[kind].items() for i in range(len(texts))]


def question_params(
    rng: random.Random, register: str, kind: str, family: str, wording: int, styles: tuple[str, ...]
) -> Params:
    """Choose an answer in one of `styles` for a question and return the params of both."""
    fields = bool(_fact(register).bits)
    style = rng.choice(styles)
    answers = [i for i, text in enumerate(_ANSWERS[kind][style]) if fields or "{bits}" not in text]
    return {
        "kind": kind,
        "register": register,
        "family": family,
        "wording": wording,
        "style": style,
        "answer": rng.choice(answers),
        "opening": rng.choice(OPENINGS) if rng.random() < _WRAPPED else "",
        "closing": rng.choice(CLOSINGS) if rng.random() < _WRAPPED else "",
    }


def write_question(params: Params) -> Draft:
    """Write the question and answer that `params` (from `question_params`) describe."""
    kind, register = params["kind"], _fact(params["register"])
    words = _words(register)
    question = _QUESTIONS[kind][params["family"]][params["wording"]].format(**words)
    return Draft(
        instruction=f"{params['opening']}{question}{params['closing']}",
        input="",
        output=_ANSWERS[kind][params["style"]][params["answer"]].format(**words),
        kind=kind,
        group_id=f"{register.name}/{kind}/{params['family']}",
        params=params,
    )


def _fact(name: str) -> Register:
    register = register_named(name)
    if register is None:
        raise LookupError(f"There is no register {name}.")
    return register


def _words(register: Register) -> dict[str, str]:
    writes = "W" in register.access
    return {
        "a": register.label,
        "n": register.name,
        "op": "STA" if writes else "LDA",
        "does": "writes to" if writes else "reads",
        "purpose": register.purpose,
        "access": _ACCESS[register.access],
        "bits": ", ".join(f"{bits} {bits.meaning}" for bits in register.bits),
    }
