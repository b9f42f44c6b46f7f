"""The held-out suite: register questions in wordings that no generator uses."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from datasets_app.domains.asm65816.registers import Register

HELD_OUT = {
    "name": (
        "What name does the documentation give to {a}?",
        "If my program touches {a}, which register am I using?",
        "Look up {a} and answer with its register name.",
        "Do you know the register {a}?",
        "Someone mentions {a}. Which register do they mean?",
        "I forgot what lives at {a}. Can you remind me?",
    ),
    "address": (
        "Under which number can my program reach {n}?",
        "Look up {n} and answer with its address.",
        "Someone mentions {n}. What address do they mean?",
    ),
}

PHRASINGS = 3


@dataclass(frozen=True, slots=True)
class CaseDraft:
    """One case, not yet stored. Cases of one `cluster` are about the same register."""

    key: str
    category: str
    cluster: str
    prompt: str
    expected: dict[str, Any]


def cases(registers: Sequence[Register], seed: int, directions: Sequence[str] = ("name",)) -> list[CaseDraft]:
    """Return 3 questions for each register and direction, in held-out wordings drawn by `seed`."""
    rng = random.Random(f"suite:{seed}")
    return [case for direction in directions for register in registers for case in _cases(register, direction, rng)]


def _cases(register: Register, direction: str, rng: random.Random) -> Iterator[CaseDraft]:
    texts = HELD_OUT[direction]
    for number in sorted(rng.sample(range(len(texts)), PHRASINGS)):
        yield CaseDraft(
            key=f"{register.name}/{direction}/{number}",
            category=f"{register.area} registers" if direction == "name" else f"{register.area} addresses",
            cluster=register.name,
            prompt=texts[number].format(a=register.label, n=register.name),
            expected={
                "address": register.label,
                "name": register.name,
                "aliases": list(register.aliases),
                "direction": direction,
            },
        )
