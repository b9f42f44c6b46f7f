"""The first check of a sample: does what it says about the hardware and its code agree with the facts?"""

from __future__ import annotations

from collections import Counter

from datasets_app.domains.asm65816.facts.answers import check_answer
from datasets_app.domains.asm65816.facts.claims import check_claims
from datasets_app.domains.asm65816.facts.pairs import KIND
from datasets_app.domains.base import Claim, Finding, FindingLevel, Verification

VERIFIER_VERSION = "2"
LADDER = ("nothing confirmed", "facts checked")

_LEVELS: dict[str, FindingLevel] = {"contradicted": "bad", "unknown": "warn", "supported": "ok"}


def verify(instruction: str, input: str, output: str) -> Verification:
    """Check the claims of an answer, with the instruction as their context.

    Level 1 when at least one claim is supported and none contradicted, else level 0. The input is what the answer is
    about and may be wrong on purpose (code to debug): its false claims are warnings, and it counts for nothing.
    """
    claims = check_answer(instruction, output)
    count = Counter(claim.verdict for claim in claims)
    findings = [_finding(claim, _LEVELS[claim.verdict], "output") for claim in claims]
    findings += [_finding(c, "warn", "input") for c in check_claims(input) if c.verdict == "contradicted"]
    return Verification(
        level=1 if count["supported"] and not count["contradicted"] else 0,
        findings=tuple(sorted(findings, key=lambda finding: list(_LEVELS.values()).index(finding.level))),
        supported=count["supported"],
        contradicted=count["contradicted"],
        unknown=count["unknown"],
        tool_versions={"asm65816.facts": VERIFIER_VERSION},
    )


def _finding(claim: Claim, level: FindingLevel, where: str) -> Finding:
    kind = "register" if claim.kind == KIND else claim.kind
    return Finding(level, f"{kind}_{claim.verdict}", _message(claim), claim.line, where)


def _message(claim: Claim) -> str:
    said = " ".join(claim.text.split())
    if claim.verdict == "supported":
        return f"“{said}” is right."
    if claim.verdict == "contradicted":
        return f"“{said}” is wrong. {claim.truth}".rstrip()
    if claim.kind != KIND:
        return f"“{said}” cannot be checked: it depends on what is not said. {claim.truth}".rstrip()
    if claim.name is None:
        return f"“{said}” leaves open which belongs to which."
    return f"“{said}” cannot be checked: the facts hold no such register, or their sources disagree."
