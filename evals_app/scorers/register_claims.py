"""Does the answer give the register its right name (or address), and nothing false beside it?"""

from __future__ import annotations

from datasets_app.domains.asm65816.registers import find_register
from datasets_app.domains.asm65816.scoring import SCORER_VERSION, score_register_answer
from evals_app.scorers.base import Asked, Expected, Scored, Scorer, clean_spans


def score(expected: Expected, answer: str) -> Scored:
    """1 or 0 by the domain's own rule; None when the answer names no register at all."""
    judged = score_register_answer(expected, answer)
    return Scored(
        score=float(judged.score) if judged.parsed else None,
        extracted=(judged.claimed or "")[:200],
        evidence=clean_spans(answer, [(span.start, span.end, span.verdict) for span in judged.evidence]),
        explanation=judged.explanation[:300],
    )


def problem(expected: Expected) -> str:
    """A case needs a register that the facts hold, and a direction."""
    if expected.get("direction") not in ("name", "address"):
        return "its direction must be name or address"
    known = find_register(str(expected.get("address", ""))) or find_register(str(expected.get("name", "")))
    return "" if known else "its address and name are no hardware register"


def asked(expected: Expected) -> Asked:
    """$2100 INIDISP: asked by address the name is right, asked by name the address is."""
    address, name = str(expected.get("address", "")), str(expected.get("name", ""))
    if expected.get("direction") == "address":
        return Asked(f"{name} at {address}", address)
    return Asked(f"{address} {name}", name)


REGISTER_CLAIMS = Scorer("register_claims", "Register claims", SCORER_VERSION, score, problem, asked)
