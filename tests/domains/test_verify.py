"""The first verdict: findings on their lines, counts, level; and the two scores that follow from it."""

from __future__ import annotations

import pytest

from datasets_app.domains.asm65816.verify import verify
from datasets_app.domains.base import Verification, hallucination_risk, kg_consistency

QUESTION = "Which register is at $2100?"


def test_a_right_answer_is_confirmed() -> None:
    found = verify(QUESTION, "", "It is INIDISP.")
    assert (found.level, found.supported, found.contradicted, found.unknown) == (1, 1, 0, 0)
    assert [(f.level, f.code, f.line) for f in found.findings] == [("ok", "register_supported", 1)]
    assert found.tool_versions == {"asm65816.facts": "2"}


def test_a_wrong_answer_says_what_is_right_and_comes_first() -> None:
    found = verify("Explain the screen registers.", "", "VMAIN ($2115) steps.\nINIDISP is at $2105.")
    assert (found.level, found.supported, found.contradicted) == (0, 1, 1)
    assert [(f.level, f.line) for f in found.findings] == [("bad", 2), ("ok", 1)]
    assert found.findings[0].message == "“INIDISP is at $2105” is wrong. $2105 is BGMODE."


def test_every_kind_of_claim_is_a_finding() -> None:
    found = verify(
        "Optimise this.", "", "`LDA #$1234` is 2 bytes. INX affects the carry flag. INIDISP sets the mosaic."
    )
    assert [(f.level, f.code) for f in found.findings] == [
        ("bad", "instruction_size_contradicted"),
        ("bad", "instruction_flags_contradicted"),
        ("bad", "register_purpose_contradicted"),
    ]
    assert found.findings[0].message == "“`LDA #$1234` is 2 bytes” is wrong. LDA #$1234 takes 3 bytes."
    assert (found.contradicted, found.level) == (3, 0)


def test_what_depends_on_more_than_is_said_is_a_warning() -> None:
    (finding,) = verify("", "", "LDA takes 4 cycles.").findings
    assert (finding.level, finding.code) == ("warn", "instruction_cycles_unknown")
    assert finding.message.startswith("“LDA takes 4 cycles” cannot be checked")


def test_what_sources_dispute_is_a_warning() -> None:
    found = verify("", "", "$2182 is WMADDH.")
    assert (found.unknown, found.level, found.findings[0].level) == (1, 0, "warn")


def test_code_to_debug_may_be_wrong_and_counts_for_nothing() -> None:
    found = verify("What is wrong here?", "STA $2100 ; VMAIN", "The comment: $2100 is INIDISP.")
    assert (found.supported, found.contradicted, found.level) == (1, 0, 1)
    assert [(f.level, f.where) for f in found.findings] == [("warn", "input"), ("ok", "output")]


def test_text_without_claims_leaves_everything_open() -> None:
    found = verify("Hello?", "", "Hello.")
    assert (found.level, found.findings) == (0, ())
    assert kg_consistency(found) is None
    assert hallucination_risk(found) is None


@pytest.mark.parametrize(
    ("supported", "contradicted", "unknown", "consistency", "risk"),
    [
        (3, 1, 0, 0.75, 0.25),
        (4, 0, 0, 1.0, 0.0),
        (0, 2, 0, 0.0, 1.0),
        (1, 0, 1, 1.0, 0.25),
        (0, 0, 3, None, None),
        (0, 0, 0, None, None),
    ],
)
def test_scores(supported: int, contradicted: int, unknown: int, consistency: float | None, risk: float | None) -> None:
    found = Verification(supported=supported, contradicted=contradicted, unknown=unknown)
    assert kg_consistency(found) == consistency
    assert hallucination_risk(found) == risk
