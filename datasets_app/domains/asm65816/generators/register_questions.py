"""More questions about registers: bits, access, purpose, accesses per value, and names that are easily mixed up."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from functools import cache

from datasets_app.domains.asm65816.generators import register_wordings as w
from datasets_app.domains.asm65816.generators.checked import checked, distinct
from datasets_app.domains.asm65816.generators.wordings import CLOSINGS, OPENINGS
from datasets_app.domains.asm65816.registers import Register, all_registers, register_named
from datasets_app.domains.asm65816.verify import Rung
from datasets_app.domains.base import Draft, Params

_WRAPPED = 0.2
_WAYS = {"R": "reads", "W": "writes", "RW": "accesses"}


class RegisterQuestions:
    """Eight kinds of question about the 192 registers, each in several wordings both ways."""

    name = "register_questions"
    kinds = (
        "register_bit",
        "register_fields",
        "register_access",
        "register_by_purpose",
        "register_purpose",
        "register_choice",
        "register_check",
        "register_twice",
    )

    def plan(self, count: int, seed: int) -> Iterator[Params]:
        """Yield up to `count` params; kinds take turns, no question is asked twice."""
        yield from distinct(count, random.Random(f"{self.name}:{seed}"), _draw, lambda p: _texts(p)[0])

    def write(self, params: Params) -> Draft:
        """Write one question and its answer; DraftRefused where the facts do not bear it out."""
        question, answer = _texts(params)
        group = f"{params['register']}/{params['kind']}"
        return checked(Draft(question, "", answer, params["kind"], group, params), Rung.FACTS)


def _draw(number: int, rng: random.Random) -> Params | None:
    kind = RegisterQuestions.kinds[number % len(RegisterQuestions.kinds)]
    register = rng.choice(_applying(kind))
    params: Params = {"kind": kind, "register": register.name, "words": rng.randrange(1_000_000)}
    if kind == "register_bit":
        params["field"] = rng.randrange(len(register.bits))
    if kind in ("register_choice", "register_check"):
        params["other"] = rng.choice(look_alikes(register)).name
    return params


@cache
def _applying(kind: str) -> tuple[Register, ...]:
    return tuple(register for register in all_registers() if _APPLIES[kind](register))


@cache
def look_alikes(register: Register) -> tuple[Register, ...]:
    """Return registers that people mix up with one: its neighbours, and those of nearly the same name."""
    return tuple(
        other
        for other in all_registers()
        if other is not register
        and (abs(other.address - register.address) <= 2 or _near(other.name, register.name))
        and other.name not in register.disputed
        and register.name not in other.disputed
    )


def _near(first: str, second: str) -> bool:
    same = sum(one == other for one, other in zip(first, second, strict=False))
    return len(first) == len(second) and same >= len(first) - 1 and len(first) > 2


_APPLIES: dict[str, Callable[[Register], bool]] = {
    "register_bit": lambda r: len(r.bits) > 1,
    "register_fields": lambda r: len(r.bits) > 1,
    "register_access": lambda r: not r.disputed_access,
    "register_by_purpose": lambda _r: True,
    "register_purpose": lambda _r: True,
    "register_choice": lambda r: bool(look_alikes(r)),
    "register_check": lambda r: bool(look_alikes(r)),
    "register_twice": lambda r: not r.disputed_twice and r.address < 0x4300,
}


def _texts(params: Params) -> tuple[str, str]:
    rng = random.Random(f"{params['kind']}:{params['words']}")
    register = _named(params["register"])
    asks, answers, words = _wordings(params, register, rng)
    question, answer = rng.choice(asks).format(**words), rng.choice(answers).format(**words)
    if rng.random() < _WRAPPED:
        question = rng.choice(OPENINGS) + question
    return question + (rng.choice(CLOSINGS) if rng.random() < _WRAPPED else ""), answer


def _wordings(params: Params, register: Register, rng: random.Random) -> tuple[w.Texts, w.Texts, dict[str, str]]:
    """The questions and the answers to choose from, and what they are filled in with."""
    kind, words = params["kind"], _words(register)
    if kind == "register_bit":
        bits = register.bits[params["field"]]
        words |= {
            "bits": str(bits),
            "Bits": _capital(str(bits)),
            "meaning": bits.meaning,
            "Meaning": _capital(bits.meaning),
        }
        return w.BIT_QUESTIONS, w.BIT_ANSWERS, words
    if kind == "register_fields":
        return w.FIELD_QUESTIONS, w.FIELD_ANSWERS, words
    if kind == "register_access":
        return w.ACCESS_QUESTIONS, w.ACCESS_ANSWERS[register.access], words
    if kind == "register_by_purpose":
        return w.PURPOSE_QUESTIONS, w.PURPOSE_ANSWERS, words
    if kind == "register_purpose":
        return w.USE_QUESTIONS, w.USE_ANSWERS, words
    if kind == "register_twice":
        return w.TWICE_QUESTIONS, w.TWICE_ANSWERS[register.twice], words
    return _mixed_up(kind, register, _named(params["other"]), words, rng)


def _mixed_up(
    kind: str, register: Register, other: Register, words: dict[str, str], rng: random.Random
) -> tuple[w.Texts, w.Texts, dict[str, str]]:
    names = [register.name, other.name]
    rng.shuffle(names)
    right = rng.random() < 0.5
    words |= {"other": other.name, "b": other.label, "first": names[0], "second": names[1]}
    words |= {"said": register.name if right else other.name}
    if kind == "register_choice":
        return w.CHOICE_QUESTIONS, w.CHOICE_ANSWERS, words
    return w.CHECK_QUESTIONS, w.YES_ANSWERS if right else w.NO_ANSWERS, words


def _words(register: Register) -> dict[str, str]:
    fields = [(str(bits), bits.meaning) for bits in register.bits]
    return {
        "a": register.label,
        "n": register.name,
        "purpose": register.purpose,
        "Purpose": _capital(register.purpose),
        "ways": _WAYS[register.access],
        "list": ", ".join(f"{bits} {meaning}" for bits, meaning in fields),
        "bullets": "\n".join(f"- {bits}: {meaning}" for bits, meaning in fields),
        "rows": "\n".join(f"| {bits} | {meaning} |" for bits, meaning in fields),
    }


def _named(name: str) -> Register:
    register = register_named(name)
    if register is None:
        raise LookupError(f"There is no register {name}.")
    return register


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]
