"""Scores an answer to a question about one register: the exact name or address, and nothing false beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from datasets_app.domains.asm65816.facts.answers import Asked, answer_claims
from datasets_app.domains.asm65816.facts.pairs import KIND
from datasets_app.domains.asm65816.registers import Register, find_register, registers_named
from datasets_app.domains.base import Claim, ClaimVerdict

SCORER_VERSION = "2"


class UnknownExpectation(ValueError):
    """This case expects a register that the facts do not hold: {expected}. Correct the case."""

    def __init__(self, expected: object) -> None:
        super().__init__(f"This case expects a register that the facts do not hold: {expected}. Correct the case.")


@dataclass(frozen=True, slots=True)
class Evidence:
    """A stretch of the answer (character offsets) that counted for or against it."""

    start: int
    end: int
    verdict: ClaimVerdict


@dataclass(frozen=True, slots=True)
class AnswerScore:
    """1 or 0, and why. `parsed` False: the answer names nothing that could be judged, which is not the same as wrong.

    `claimed` is the one name or address that the answer gives, None when it gives none or several.
    """

    score: int
    parsed: bool
    claimed: str | None
    evidence: tuple[Evidence, ...]
    explanation: str


def score_register_answer(expected: Mapping[str, Any], answer: str) -> AnswerScore:
    """Score an answer against `{"address": "$2100", "name": …, "aliases": […], "direction": "name" | "address"}`.

    1 needs a supported claim that gives the register its name (or alias; a 16-bit word's name counts for its low byte)
    or its address, and no contradicted claim of any kind anywhere. Several different names are no answer.
    UnknownExpectation when the facts hold no such register.
    """
    register = find_register(str(expected.get("address", ""))) or find_register(str(expected.get("name", "")))
    if register is None:
        raise UnknownExpectation(dict(expected))
    asked = Asked(register, "address" if expected.get("direction") == "address" else "name")
    claims = answer_claims(asked, answer)
    counted = [c for c in claims if c.kind == KIND or c.verdict == "contradicted"]
    evidence = tuple(Evidence(c.start, c.end, c.verdict) for c in counted)
    score, claimed, explanation = _judge(asked, claims)
    return AnswerScore(score, any(c.kind == KIND for c in claims), claimed, evidence, explanation)


def _judge(asked: Asked, claims: list[Claim]) -> tuple[int, str | None, str]:
    named = [c for c in claims if c.kind == KIND]
    given = [c for c in named if not c.negated and _is_about(asked, c)]
    said = {_given(asked, c) for c in given}
    claimed = said.pop() if len(said) == 1 else None
    false = next((c for c in claims if c.verdict == "contradicted"), None)
    if not named:
        return 0, None, f"The answer gives no register {asked.direction}."
    if false:
        return 0, claimed, f"“{false.text}” is wrong. {false.truth}"
    if any(c.verdict == "unknown" for c in given) or not given:
        return 0, claimed, f"The answer does not settle on one {asked.direction} for {_subject(asked)}."
    if not all(_is_exact(asked.register, c) for c in given):
        return 0, claimed, f"“{claimed}” covers more than {asked.register.label}, which is {asked.register.name}."
    return 1, claimed, given[0].truth


def _is_about(asked: Asked, claim: Claim) -> bool:
    if asked.direction == "address" and claim.name is not None:
        return asked.register in registers_named(claim.name)
    return (claim.address or 0) & 0xFFFF == asked.register.address


def _given(asked: Asked, claim: Claim) -> str | None:
    if asked.direction == "name":
        return claim.name
    if claim.address is None or claim.name is None:
        return None
    return f"${claim.address & 0xFFFF:04X}"


def _is_exact(register: Register, claim: Claim) -> bool:
    named = registers_named(claim.name or "")
    return bool(named) and named[0] == register


def _subject(asked: Asked) -> str:
    return asked.register.label if asked.direction == "name" else asked.register.name
