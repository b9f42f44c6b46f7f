"""A short answer read in the light of its question: “INIDISP.” to “Which register is at $2100?” is a claim."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from datasets_app.domains.asm65816.facts.anchors import Anchor, find_anchors
from datasets_app.domains.asm65816.facts.claims import check_claims
from datasets_app.domains.asm65816.facts.links import clean
from datasets_app.domains.asm65816.facts.names import group_anchors
from datasets_app.domains.asm65816.facts.pairs import KIND, claim
from datasets_app.domains.asm65816.facts.passages import line_at, passages
from datasets_app.domains.asm65816.facts.symbols import Symbols
from datasets_app.domains.asm65816.registers import Register
from datasets_app.domains.base import Claim

Direction = Literal["name", "address"]

SHORT = 300
"""Characters. A task may name one register too, and whoever writes more, or code, does not answer with a bare name."""

_ASKS = re.compile(r"\b(?:which|what|where|names?|named|called|address)\b", re.IGNORECASE)

_DENIED = re.compile(
    r"\b(?:not|never|nor|neither|no|rather than|instead of|isn't|wasn't)\s*(?:it is |called |named |at |the |a )*$"
)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a question asks for: the name or the address of one register."""

    register: Register
    direction: Direction

    @property
    def anchor(self) -> Anchor:
        """The register as the question mentions it."""
        kind, text = ("address", self.register.label) if self.direction == "name" else ("name", self.register.name)
        return Anchor(kind, text, 0, 0, (self.register,), self.register.address)


def asked_of(question: str) -> Asked | None:
    """Return what a question about one register asks for; None when it mentions none, or several of both kinds."""
    anchors = [a for a in find_anchors(question) if a.registers]
    addresses = {a.registers[0].address: a for a in anchors if a.kind == "address"}
    names = {a.registers[0].address: a for a in anchors if a.kind == "name"}
    if len(addresses) == 1 and len(names) != 1:
        return Asked(next(iter(addresses.values())).registers[0], "name")
    if len(names) == 1 and len(addresses) != 1:
        return Asked(next(iter(names.values())).registers[0], "address")
    return None


def check_answer(question: str, answer: str, symbols: Symbols | None = None) -> list[Claim]:
    """Return the answer's claims of all kinds, with those of names and addresses that only the question completes.

    Mentions outside code that no written-out claim uses are taken as the answer when the answer says nothing
    written-out about the register asked for. Several different ones answer nothing: one `unknown` claim. The `symbols`
    of a project are judged too.
    """
    asked = asked_of(question) if _is_asked(question, answer) else None
    return check_claims(answer, symbols) if asked is None else answer_claims(asked, answer, symbols)


def _is_asked(question: str, answer: str) -> bool:
    """Say whether an answer may be read as the name or the address that was asked for."""
    return bool(_ASKS.search(question)) or (len(answer) <= SHORT and "```" not in answer)


def answer_claims(asked: Asked, answer: str, symbols: Symbols | None = None) -> list[Claim]:
    """Return the claims of an answer to a question about one register, see `check_answer`."""
    written = check_claims(answer, symbols)
    names = [claim for claim in written if claim.kind == KIND]
    if any(not c.negated and _is_about(asked.register, c) for c in names):
        return written
    free = list(_free_mentions(asked, answer, names))
    denied = [m for m in free if _is_denied(answer, m)]
    given = [m for m in free if m not in denied]
    implied = [_implied(asked, m, answer, denied=True) for m in denied]
    if len({m.registers or (m.address,) for m in given}) > 1:
        implied.append(_unsettled(asked, given, answer))
    elif given:
        implied.append(_implied(asked, given[0], answer, denied=False))
    return sorted([*written, *implied], key=lambda c: (c.start, c.end))


def _is_about(register: Register, claim: Claim) -> bool:
    return (claim.address or 0) & 0xFFFF == register.address or claim.name == register.name


def _free_mentions(asked: Asked, answer: str, written: list[Claim]) -> Iterator[Anchor]:
    """Yield the mentions that may be the answer: outside code and written claims, not beside another register."""
    for passage in passages(answer):
        if passage.is_code:
            continue
        sentence = answer[: passage.end]
        groups = group_anchors(sentence, find_anchors(sentence, passage.start))
        free = [m for group in groups for m in group if not _is_used(m, written)]
        subjects = [m for m in free if m.kind != asked.direction]
        if all(asked.register in m.registers for m in subjects):
            yield from (m for m in free if m.kind == asked.direction and (m.registers or m.kind == "address"))


def _is_used(mention: Anchor, written: list[Claim]) -> bool:
    return any(claim.start <= mention.start and mention.end <= claim.end for claim in written)


def _unsettled(asked: Asked, given: list[Anchor], answer: str) -> Claim:
    start, end = given[0].start, given[-1].end
    unsettled = Claim(KIND, answer[start:end], "unknown", start, end, line_at(answer, start))
    if asked.direction == "name":
        return replace(unsettled, address=asked.register.address)
    return replace(unsettled, name=asked.register.name)


def _is_denied(answer: str, mention: Anchor) -> bool:
    return bool(_DENIED.search(clean(answer[max(0, mention.start - 40) : mention.start])))


def _implied(asked: Asked, mention: Anchor, answer: str, *, denied: bool) -> Claim:
    pair = (asked.anchor, mention) if mention.kind == "name" else (mention, asked.anchor)
    judged = claim(answer, *pair, denied)
    start, end = mention.start, mention.end
    return replace(judged, start=start, end=end, text=answer[start:end], line=line_at(answer, start))
