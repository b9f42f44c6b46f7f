"""Rung 6: what the text says about registers and instructions, held against the facts."""

from __future__ import annotations

from collections import Counter
from functools import lru_cache

from datasets_app.domains.asm65816.facts import Symbols, check_claims
from datasets_app.domains.asm65816.facts.answers import check_answer
from datasets_app.domains.asm65816.facts.pairs import KIND as NAME
from datasets_app.domains.asm65816.verify.rungs import Rung
from datasets_app.domains.base import Claim, Context, Finding, FindingLevel, Names

_LEVELS: dict[str, FindingLevel] = {"contradicted": "bad", "unknown": "warn", "supported": "ok"}


def check_facts(text: str, context: Context) -> tuple[list[Finding], Counter[str]]:
    """Return the findings on the claims of an answer, and how many are supported, contradicted, unknown.

    The input is what the answer is about and may be wrong on purpose (code to debug): its false claims are warnings,
    and it counts for nothing.
    """
    symbols = symbols_of(context.names)
    claims = check_answer(context.instruction, text, symbols)
    found = [_finding(claim, _LEVELS[claim.verdict], "output") for claim in claims]
    given = check_claims(context.input, symbols) if context.input else []
    found += [_finding(claim, "warn", "input") for claim in given if claim.verdict == "contradicted"]
    return found, Counter(claim.verdict for claim in claims)


@lru_cache(maxsize=8)
def symbols_of(names: Names) -> Symbols | None:
    """The names of a project as claims are judged by them; None without any."""
    return Symbols(names.pairs) if names.pairs else None


def _finding(claim: Claim, level: FindingLevel, where: str) -> Finding:
    kind = "register" if claim.kind == NAME else claim.kind
    return Finding(level, f"{kind}_{claim.verdict}", _message(claim), claim.line, where, rung=Rung.FACTS)


def _message(claim: Claim) -> str:
    said = " ".join(claim.text.split())
    if claim.verdict == "supported":
        return f"“{said}” is right."
    if claim.verdict == "contradicted":
        return f"“{said}” is wrong. {claim.truth}".rstrip()
    if claim.kind != NAME:
        return f"“{said}” cannot be checked: it depends on what is not said. {claim.truth}".rstrip()
    if claim.name is None:
        return f"“{said}” leaves open which belongs to which."
    return f"“{said}” cannot be checked: the facts hold no such register, or their sources disagree."
