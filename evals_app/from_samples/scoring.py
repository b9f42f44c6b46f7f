"""How an answer like a sample's can be scored by a program, chosen by what the sample is.

Whatever is chosen must give the good answer the whole point, an empty one none, and a worse one, where there is one,
less.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from types import MappingProxyType
from typing import Any

from datasets_app.domains.asm65816.facts.answers import asked_of
from datasets_app.domains.asm65816.facts.mentions import find_mentions
from datasets_app.domains.asm65816.grading.candidate import answered_code
from datasets_app.domains.asm65816.grading.generated import repair, routine_params
from datasets_app.domains.asm65816.listing import CodeBlock, code_blocks
from datasets_app.facts.links import ASSEMBLY_DOMAINS
from evals_app.scorers import get_scorer

SHORT = 60  # characters: a longer answer is hardly ever given word for word
FEWEST = 2  # named things that tell one explanation from another
Scoring = tuple[str, dict[str, Any]]


def scoring_for(
    domain: str, question: str, good: str, bad: str = "", params: Mapping[str, Any] = MappingProxyType({})
) -> Scoring | None:
    """The first scorer that fits, with what it expects; None where no program here can tell a good answer.

    `params` are those that a generator wrote the sample from: they say what its code is for.
    """
    for name, expected in _proposed(domain, question, good, bad, params):
        scorer = get_scorer(name)
        if scorer.problem(expected) or scorer.score(expected, good).score != 1.0 or scorer.score(expected, "").score:
            continue
        if not bad or (scorer.score(expected, bad).score or 0.0) < 1.0:
            return name, expected
    return None


def _proposed(domain: str, question: str, good: str, bad: str, params: Mapping[str, Any]) -> Iterator[Scoring]:
    is_assembly = domain in ASSEMBLY_DOMAINS
    if is_assembly and (asked := asked_of(question)):
        register = asked.register
        facts = {"address": register.label, "name": register.name, "aliases": list(register.aliases)}
        yield "register_claims", facts | {"direction": asked.direction}
    if len(good) <= SHORT and "\n" not in good.strip():
        yield "exact", {"answers": [good.strip()]}
    # Words say nothing about whether code is right.
    if is_assembly and (answered := answered_code(good)):
        yield from _coded(code_blocks(question), answered, params)
    elif is_assembly:
        yield from _named(good, bad)


def _coded(given: Sequence[CodeBlock], answered: CodeBlock, params: Mapping[str, Any]) -> Iterator[Scoring]:
    """What its generator proved of it; else the question's code done in less, where the good answer does just that."""
    proof = params.get("proof") or {}
    if proof.get("kind") == "end" and "routine" in params:
        yield "asm_exec", {"routine": routine_params(dict(params))}
    elif proof.get("kind") == "fix" and given:
        with suppress(ValueError, KeyError):
            yield "debug", repair(dict(params), given[0].source, answered.source)
    elif len(given) == 1:
        live = {"live_out": proof["live_out"]} if "live_out" in proof else {}
        for measure in ("cycles", "bytes"):
            yield "asm_exec", {"equal": given[0].source, "measure": measure, "best": answered.source, **live}


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
