"""`verify`: a text on the ladder of checks, from finding its code to running it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from datasets_app.domains.asm65816.listing import code_blocks
from datasets_app.domains.asm65816.verify.code import Examined, examine_block
from datasets_app.domains.asm65816.verify.facts import check_facts
from datasets_app.domains.asm65816.verify.proof import prove
from datasets_app.domains.asm65816.verify.rungs import Rung
from datasets_app.domains.asm65816.verify.second_opinion import second_opinion
from datasets_app.domains.base import Context, Finding, Names, Verdict

VERIFIER_VERSION = "2"
NOTHING_KNOWN = Context()
MOST_FINDINGS = 200
_ORDER = {"bad": 0, "warn": 1, "ok": 2}


def verify(text: str, context: Context = NOTHING_KNOWN) -> Verdict:
    """Check an answer: its code and what it says. Never raises on any text.

    The level is the highest rung reached with nothing wrong on it or below; without code it is that of the facts where
    a claim is supported and none contradicted, else 0. Bytes and cycles are sums over the blocks of code.
    """
    examined = _examine(text, context.names)
    findings = [finding for one in examined for finding in one.findings]
    facts, count = check_facts(text, context)
    proof = prove(text, examined, context)
    opinion, others = second_opinion(examined) if context.thorough else ([], {})
    findings += [*facts, *proof, *opinion]
    timings = [one.timing for one in examined if one.timing]
    most = [timing.most for timing in timings]
    return Verdict(
        level=_level(examined, findings, proof, supported=count["supported"]),
        findings=_worst_first(findings),
        supported=count["supported"],
        contradicted=count["contradicted"],
        unknown=count["unknown"],
        byte_count=sum(timing.bytes for timing in timings) if timings else None,
        cycles=(
            (sum(timing.fewest for timing in timings), None if None in most else sum(one or 0 for one in most))
            if timings
            else None
        ),
        tool_versions={"asm65816": VERIFIER_VERSION, **others},
    )


def _examine(text: str, names: Names) -> list[Examined]:
    blocks = code_blocks(text)
    first = [examine_block(block, names=names) for block in blocks]
    if len(blocks) < 2:
        return first
    # A label that another block of the same answer defines is none of elsewhere.
    known = {name for one in first for name in one.assembly.labels if name not in one.assembly.stubbed}
    return [
        examine_block(one.block, known=known, names=names) if known.intersection(one.assembly.stubbed) else one
        for one in first
    ]


def _level(
    examined: Sequence[Examined], findings: Sequence[Finding], proof: Sequence[Finding], *, supported: int
) -> int:
    wrong = min((one.rung for one in findings if one.level == "bad"), default=Rung.EXECUTE + 1)
    if not examined:
        return Rung.FACTS if supported and wrong > Rung.FACTS else Rung.NOTHING
    executed = any(one.code in ("same_effect", "right_result") for one in proof)
    reached = Rung.EXECUTE if executed else Rung.MEASURE if any(one.timing for one in examined) else Rung.RESOLVE
    return int(min(reached, wrong - 1))


def _worst_first(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Each finding once, the worst first, MOST_FINDINGS of them: the rest of a long text tells nobody anything new."""
    ordered = sorted(dict.fromkeys(findings), key=lambda one: (_ORDER[one.level], one.line or 0))
    if len(ordered) <= MOST_FINDINGS:
        return tuple(ordered)
    left_out = len(ordered) - MOST_FINDINGS
    worst = ordered[MOST_FINDINGS].level
    return (*ordered[:MOST_FINDINGS], Finding(worst, "more_findings", f"And {left_out:,} more are left out."))
