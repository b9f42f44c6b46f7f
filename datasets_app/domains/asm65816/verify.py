"""The first rung of the ladder: what a sample says about hardware registers, held against the table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from datasets_app.domains.asm65816.answers import check_answer
from datasets_app.domains.asm65816.claims import check_claims
from datasets_app.domains.base import Claim, Finding, FindingLevel, Verification

VERSION = "1"
LADDER = ("nothing confirmed", "register facts confirmed")

_LEVELS: dict[str, FindingLevel] = {"supported": "ok", "contradicted": "bad", "unknown": "warn"}
_WORST_FIRST = ("contradicted", "unknown", "supported")


def verify(instruction: str, input: str, output: str) -> Verification:
    """Check the register claims of a sample's output and input; a short answer is read together with its question.

    Level 1 is reached when a claim is supported and none is contradicted.
    """
    parts = (("output", check_answer(instruction, output)), ("input", check_claims(input)))
    counts = Counter(claim.verdict for _, claims in parts for claim in claims)
    findings = [finding for where, claims in parts for finding in _findings(claims, where)]
    order = {_LEVELS[verdict]: place for place, verdict in enumerate(_WORST_FIRST)}
    return Verification(
        level=1 if counts["supported"] and not counts["contradicted"] else 0,
        findings=tuple(sorted(findings, key=lambda finding: order[finding.level])),
        supported=counts["supported"],
        contradicted=counts["contradicted"],
        unknown=counts["unknown"],
        tool_versions={"register claims": VERSION},
    )


def _findings(claims: Sequence[Claim], where: str) -> list[Finding]:
    return [
        Finding(_LEVELS[claim.verdict], f"register_{claim.verdict}", _message(claim), claim.line, where)
        for claim in claims
    ]


def _message(claim: Claim) -> str:
    said = " ".join(claim.text.split())
    if claim.verdict == "supported":
        return f"“{said}” agrees with the register table."
    if claim.verdict == "contradicted":
        return f"“{said}” is wrong. {claim.truth}".strip()
    return f"“{said}” cannot be checked: the register table does not settle it. {claim.truth}".strip()
