"""Repairs: what failed passes, the others still pass, and little else was changed."""

from __future__ import annotations

from typing import Any

import pytest

from datasets_app.domains.asm65816.grading import Grade, grade_fix

# $0312 = $0310 + $0311, unless there is a carry already.
BROKEN = "Sum:\nSEP #$20\nLDA $0310\nADC $0311\nSTA $0312\nRTS"
RIGHT = BROKEN.replace("ADC", "CLC\nADC")


def case(first: int, second: int, **start: int) -> dict[str, Any]:
    memory = {"000310": first, "000311": second}
    return {"start": {**start, "memory": memory}, "end": {"memory": {"000312": first + second & 0xFF}}}


EXPECTED = {
    "broken": BROKEN,
    "failing": [case(1, 2, p=0x31)],
    "cases": [case(3, 4, p=0x30), case(250, 10, p=0x30)],
    "most_changed": 3,
}


def graded(code: str, **changes: object) -> Grade:
    return grade_fix(EXPECTED | changes, f"The cause: no CLC.\n\n```asm\n{code}\n```")


def test_a_repair_is_right_and_measured() -> None:
    grade = graded(RIGHT)
    assert (grade.score, grade.outcome) == (1.0, "right")
    assert grade.measures["changed"] == 1
    assert grade.measures["states"] == 257
    assert "1 lines of code differ" in grade.explanation or "1 line" in grade.explanation


def test_another_layout_and_other_names_are_no_changes() -> None:
    code = "!a = $0310\nAdd:\n    sep #$20 ; narrow\n    lda !a\n    clc : adc $0311\n    sta $0312\n    rts"
    assert graded(code).measures["changed"] == 1


def test_the_code_as_it_was_still_fails_and_the_vector_is_told() -> None:
    grade = graded(BROKEN)
    assert (grade.score, grade.outcome) == (0.0, "still fails")
    assert grade.explanation.startswith("The vector that failed still fails.")
    assert "$000312 | $03 | $04" in grade.explanation


def test_a_repair_that_breaks_another_vector_is_none() -> None:
    grade = graded(BROKEN.replace("ADC $0311", "LDA #$03"))
    assert (grade.score, grade.outcome) == (0.0, "breaks another")
    assert "another vector (1) fails" in grade.explanation


def test_a_rewrite_changes_too_much() -> None:
    anew = "Sum:\nPHP\nSEP #$20\nLDA #$00\nCLC\nADC $0311\nCLC\nADC $0310\nSTA $0312\nPLP\nRTS"
    grade = graded(anew)
    assert (grade.score, grade.outcome) == (0.0, "changes too much")
    assert graded(anew, most_changed=12).score == 1.0


@pytest.mark.parametrize("answer", ["", "Put a CLC before the ADC."])
def test_a_hint_without_code_is_unparsed(answer: str) -> None:
    assert grade_fix(EXPECTED, answer).score is None


def test_code_that_does_not_assemble_or_only_returns_is_no_repair() -> None:
    assert graded("Sum:\nFOO\nRTS").outcome == "does not assemble"
    assert graded("Sum:\nRTS").score == 0.0


def test_a_fault_that_no_run_shows_is_found_by_its_rule() -> None:
    early = "Mul:\nSEP #$20\nLDA $0310\nSTA $004202\nLDA $0311\nSTA $004203\nLDA $004216\nSTA $0312\nRTS"
    product = {"start": {"memory": {"000310": 3, "000311": 4}}, "end": {"memory": {"000312": 12}}}
    expected = {"broken": early, "cases": [product], "rule": "early_result", "most_changed": 4}
    grade = grade_fix(expected, f"```asm\n{early}\n```")
    assert (grade.score, grade.outcome) == (0.0, "breaks a rule")
    waiting = early.replace("LDA $004216", "NOP\nNOP\nNOP\nNOP\nLDA $004216")
    assert grade_fix(expected, f"```asm\n{waiting}\n```").score == 1.0
