"""How an answer like a sample's can be scored by a program, chosen by what the sample is.

Whatever is chosen must give the good answer the whole point, an empty one none, and a worse one, where there is one,
less.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from datasets_app.domains.asm65816.facts.answers import asked_of
from datasets_app.domains.asm65816.facts.mentions import find_mentions
from datasets_app.domains.asm65816.listing import code_blocks
from datasets_app.facts.links import ASSEMBLY_DOMAINS
from evals_app.scorers import get_scorer

SHORT = 60  # characters: a longer answer is hardly ever given word for word
FEWEST = 2  # named things that tell one explanation from another
Scoring = tuple[str, dict[str, Any]]


def scoring_for(domain: str, question: str, good: str, bad: str = "") -> Scoring | None:
    """The first scorer that fits, with what it expects; None where no program here can tell a good answer."""
    for name, expected in _proposed(domain, question, good, bad):
        scorer = get_scorer(name)
        if scorer.problem(expected) or scorer.score(expected, good).score != 1.0 or scorer.score(expected, "").score:
            continue
        if not bad or (scorer.score(expected, bad).score or 0.0) < 1.0:
            return name, expected
    return None


def _proposed(domain: str, question: str, good: str, bad: str) -> Iterator[Scoring]:
    is_assembly = domain in ASSEMBLY_DOMAINS
    if is_assembly and (asked := asked_of(question)):
        register = asked.register
        facts = {"address": register.label, "name": register.name, "aliases": list(register.aliases)}
        yield "register_claims", facts | {"direction": asked.direction}
    if len(good) <= SHORT and "\n" not in good.strip():
        yield "exact", {"answers": [good.strip()]}
    # Words say nothing about whether code is right.
    if is_assembly and code_blocks(good):
        yield from _optimised(question, good)
    elif is_assembly:
        yield from _named(good, bad)


def _optimised(question: str, good: str) -> Iterator[Scoring]:
    """The question's code done in less, where the good answer does just that: any code that does counts."""
    given, better = code_blocks(question), code_blocks(good)
    if len(given) == 1:
        for measure in ("cycles", "bytes"):
            yield "asm_exec", {"equal": given[0].source, "measure": measure, "best": better[-1].source}


def _named(good: str, bad: str) -> Iterator[Scoring]:
    """The registers and instructions that the good answer names; what only the worse one names is forbidden."""
    wanted, worse = _names(good), _names(bad)
    forbidden = [name for name in worse if name.casefold() not in {one.casefold() for one in wanted}]
    if len(wanted) >= FEWEST or (wanted and bad):
        yield "keyword", {"keywords": wanted} | ({"forbidden": forbidden} if forbidden else {})


def _names(text: str) -> list[str]:
    found: dict[str, str] = {}
    for mention in find_mentions(text):
        said = text[mention.start : mention.end]
        found.setdefault(said.casefold(), said)
    return list(found.values())
