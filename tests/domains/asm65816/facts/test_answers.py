"""A short answer is read with its question."""

from __future__ import annotations

import pytest

from datasets_app.domains.asm65816.facts.answers import asked_of, check_answer

MARKS = {"supported": "+", "contradicted": "-", "unknown": "?"}
BY_ADDRESS = "Which register is at $2100?"
BY_NAME = "Where is INIDISP?"


@pytest.mark.parametrize(
    ("question", "answer", "verdicts"),
    [
        (BY_ADDRESS, "INIDISP", "+"),
        (BY_ADDRESS, "INIDISP.", "+"),
        (BY_ADDRESS, "`inidisp`", "+"),
        (BY_ADDRESS, "REG_INIDISP", "+"),
        (BY_ADDRESS, "It is VMAIN.", "-"),
        (BY_ADDRESS, "It is INIDISP, not VMAIN.", "++"),
        (BY_ADDRESS, "Not INIDISP.", "-"),
        (BY_ADDRESS, "INIDISP OBSEL BGMODE VMAIN", "?"),
        (BY_ADDRESS, "INIDISP. For VRAM there is VMAIN ($2115).", "++"),
        (BY_ADDRESS, "$2100 is not VMAIN. It is INIDISP.", "++"),
        (BY_ADDRESS, "It dims the picture.", ""),
        (BY_ADDRESS, "", ""),
        (BY_ADDRESS, "STA INIDISP", ""),
        (BY_NAME, "$2100.", "+"),
        (BY_NAME, "2100", "+"),
        (BY_NAME, "At $00:2100.", "+"),
        (BY_NAME, "$2101", "-"),
        (BY_NAME, "$7E2100", "-"),
        (BY_NAME, "$2100 or $2101", "?"),
        ("Tell me about the SNES.", "INIDISP", ""),
        ("Tell me about the SNES.", "INIDISP ($2101)", "-"),
    ],
)
def test_the_claims_of_an_answer(question: str, answer: str, verdicts: str) -> None:
    assert "".join(MARKS[claim.verdict] for claim in check_answer(question, answer)) == verdicts


def test_an_implied_claim_points_at_the_mention() -> None:
    (claim,) = check_answer(BY_ADDRESS, "I would say\nVMAIN.")
    assert (claim.text, claim.line, claim.address) == ("VMAIN", 2, 0x2100)


@pytest.mark.parametrize(
    ("question", "name", "direction"),
    [
        (BY_ADDRESS, "INIDISP", "name"),
        (BY_NAME, "INIDISP", "address"),
        ("What is `LDA $4210` for?", "RDNMI", "name"),
        ("Is $2115 INIDISP, VMAIN or CGADD?", "VMAIN", "name"),
        ("Is VMAIN at $2100, $2115 or $2121?", "VMAIN", "address"),
    ],
)
def test_what_a_question_asks_for(question: str, name: str, direction: str) -> None:
    asked = asked_of(question)
    assert asked is not None
    assert (asked.register.name, asked.direction) == (name, direction)


@pytest.mark.parametrize("question", ["How are you?", "Is $2100 INIDISP?", "Compare $2100 with $2105.", "$7E0010?"])
def test_questions_that_ask_for_no_one_register(question: str) -> None:
    assert asked_of(question) is None
