"""Scores of answers: exactly the right register counts, nothing that only sounds like it."""

from __future__ import annotations

import pytest

from datasets_app.domains.asm65816.registers import all_registers
from datasets_app.domains.asm65816.scoring import UnknownExpectation, score_register_answer

BRIGHTNESS = {"address": "$2100", "name": "INIDISP", "aliases": [], "direction": "name"}
SOUP = " ".join(register.name for register in all_registers())


# The first five are the answers that fool a count of keywords (INIDISP, brightness, forced blank).
@pytest.mark.parametrize(
    ("answer", "score", "parsed", "claimed"),
    [
        ("$2100 is INIDISP: brightness bits 0-3, forced blank bit 7", 1, True, "INIDISP"),
        ("$2100 is VMAIN, not INIDISP. It does not control brightness or forced blank.", 0, True, "VMAIN"),
        (f"INIDISP brightness forced blank {SOUP}", 0, True, None),
        ("It turns the screen off; bit 7 blanks, the low nibble dims.", 0, False, None),
        ("$2100 is CGADD, and sets brightness with forced blank", 0, True, "CGADD"),
        ("INIDISP", 1, True, "INIDISP"),
        ("inidisp.", 1, True, "INIDISP"),
        ("INIDISP INIDISP", 1, True, "INIDISP"),
        ("VMAIN", 0, True, "VMAIN"),
        ("INIDISP, VMAIN", 0, True, None),
        ("INIDISP or VMAIN.", 0, True, None),
        ("It is not VMAIN.", 0, True, None),
        ("INIDISP, which is at $2101.", 0, True, None),
        ("INIDISP. Beside it, $2101 is BGMODE.", 0, True, "INIDISP"),
        ("$2105 is BGMODE.", 0, True, None),
        ("SCREENREG", 0, False, None),
        ("", 0, False, None),
    ],
)
def test_a_name(answer: str, score: int, parsed: bool, claimed: str | None) -> None:
    result = score_register_answer(BRIGHTNESS, answer)
    assert (result.score, result.parsed, result.claimed) == (score, parsed, claimed)
    assert result.explanation.endswith(".")


@pytest.mark.parametrize(
    ("answer", "score", "claimed"),
    [
        ("$2100", 1, "$2100"),
        ("0x2100", 1, "$2100"),
        ("INIDISP sits at $00:2100.", 1, "$2100"),
        ("$2101", 0, "$2101"),
        ("$2100, $2101", 0, None),
        ("somewhere in the PPU", 0, None),
    ],
)
def test_an_address(answer: str, score: int, claimed: str | None) -> None:
    result = score_register_answer({**BRIGHTNESS, "direction": "address"}, answer)
    assert (result.score, result.claimed) == (score, claimed)


@pytest.mark.parametrize(
    ("address", "answer", "score"),
    [
        ("$2138", "OAMDATAREAD", 1),
        ("$2101", "OBJSEL", 1),
        ("$2116", "VMADD", 1),
        ("$2117", "VMADD", 0),
        ("$4300", "DMAPx", 1),
    ],
)
def test_aliases_count_and_a_word_counts_for_its_low_byte(address: str, answer: str, score: int) -> None:
    assert score_register_answer({"address": address, "direction": "name"}, answer).score == score


def test_evidence_marks_what_counted() -> None:
    answer = "The answer: $2100 is VMAIN."
    (evidence,) = score_register_answer(BRIGHTNESS, answer).evidence
    assert answer[evidence.start : evidence.end] == "$2100 is VMAIN"
    assert evidence.verdict == "contradicted"


def test_every_register_is_scored_right_by_its_own_name_and_wrong_by_the_next() -> None:
    registers = all_registers()
    for register, other in zip(registers, [*registers[1:], registers[0]], strict=True):
        expected = {"address": register.label, "direction": "name"}
        assert score_register_answer(expected, register.name).score == 1
        assert score_register_answer(expected, other.name).score == 0


def test_a_case_about_no_register_is_refused() -> None:
    with pytest.raises(UnknownExpectation, match="the facts do not hold"):
        score_register_answer({"address": "$9999", "name": "NOTHING"}, "INIDISP")


def test_a_false_purpose_beside_the_right_name_scores_nothing() -> None:
    expected = {"address": "$2100", "name": "INIDISP", "direction": "name"}
    assert score_register_answer(expected, "$2100 is INIDISP. INIDISP controls the brightness.").score == 1
    judged = score_register_answer(expected, "$2100 is INIDISP. INIDISP sets the VRAM address.")
    assert (judged.score, judged.parsed, judged.claimed) == (0, True, "INIDISP")
    assert "is wrong" in judged.explanation
