"""Code of an answer: right only where it does what is asked from every state, and measured only then."""

from __future__ import annotations

from typing import Any

import pytest

from datasets_app.domains.asm65816.grading import Grade, grade_code

# It adds the bytes at $0310 and $0311; A is handed back. Every line of waste is there to be found.
SLOW = "Sum:\nSEP #$20\nLDA $0310\nSTA $0312\nCLC\nLDA $0312\nADC $0311\nSTA $0312\nRTS"
FAST = "Sum:\nSEP #$20\nLDA $0310\nCLC\nADC $0311\nSTA $0312\nRTS"
EQUAL = {"equal": SLOW, "live_out": ["a"]}
GOLF = EQUAL | {"measure": "bytes", "best": FAST}
# X is $1000 afterwards, whatever was in it: the seed's question.
CASES: dict[str, Any] = {"m": True, "cases": [{"start": {}, "end": {"x": 0x1000}}]}


def fenced(code: str) -> str:
    return f"Here it is:\n\n```asm\n{code}\n```\n\nThat is all."


def graded(code: str, expected: dict[str, Any] = EQUAL) -> Grade:
    return grade_code(expected, fenced(code))


def test_code_that_does_the_same_is_right_and_measured() -> None:
    grade = graded(FAST)
    assert (grade.score, grade.outcome) == (1.0, "right")
    assert grade.measures == {"bytes": 13, "cycles": 23, "ram": 3, "stack": 0, "states": 256, "remarks": 0}
    assert "13 bytes, 23 cycles, 3 bytes of RAM, 0 of stack" in grade.explanation


def test_the_deepest_stack_is_measured() -> None:
    grade = graded("Sum:\nSEP #$20\nPHA\nPHX\nPLX\nPLA\nLDA $0310\nCLC\nADC $0311\nSTA $0312\nRTS")
    assert grade.score == 1.0
    assert grade.measures["stack"] == 3


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("Sum:\nRTS", "$000312"),
        (FAST.replace("CLC\n", ""), "$000312"),
        (FAST.replace("$0312", "$0313"), "$000312"),
        (FAST.replace("RTS", "RTL"), "way out"),
        (FAST.replace("RTS", "LDA #$00\nRTS"), "A |"),
        ("Sum:\nPHA\n" + FAST[5:], ""),
        (FAST + "\n", None),
    ],
)
def test_what_differs_from_one_state_is_wrong(code: str, said: str | None) -> None:
    grade = graded(code)
    if said is None:
        assert grade.score == 1.0
        return
    assert grade.score == 0.0
    assert grade.measures == {}
    assert said in grade.explanation


def test_the_first_failing_state_stands_in_a_small_table_with_the_line_to_blame() -> None:
    answer = fenced(FAST.replace("ADC $0311", "ADC $0310"))
    grade = grade_code(EQUAL, answer)
    said, state, head, row, *_ = grade.explanation.split("\n")
    assert said.startswith("State ") and said.endswith("of 256 comes to something else.")
    assert state.startswith("A=$") and "DBR=" in state
    assert head == "| required | this code"
    assert row.startswith("$000312 | ")
    assert [answer[mark.start : mark.end] for mark in grade.marks] == ["STA $0312"]
    assert grade.marks[0].verdict == "contradicted"


def test_only_what_is_live_counts() -> None:
    other = FAST.replace("RTS", "LDA #$05\nRTS")
    assert graded(other).score == 0.0
    assert graded(other, {"equal": SLOW, "live_out": []}).score == 1.0


def test_both_widths_are_tried_where_the_task_leaves_them_open() -> None:
    narrow_only = FAST.replace("SEP #$20\n", "")
    assert graded(narrow_only).score == 0.0
    assert graded(narrow_only, EQUAL | {"m": True}).score == 1.0


def test_an_optimisation_must_be_strictly_better_in_what_was_asked() -> None:
    assert graded(FAST, GOLF).score == 1.0
    same = graded(SLOW, GOLF)
    assert (same.score, same.outcome) == (0.0, "not better")
    assert "takes 19 bytes; the original takes 19" in same.explanation
    longer = graded(SLOW.replace("CLC", "NOP\nCLC"), GOLF)
    assert (longer.score, longer.outcome) == (0.0, "not better")


def test_a_smaller_saving_earns_its_share_and_a_larger_one_no_more_than_the_point() -> None:
    halfway = FAST.replace("CLC", "NOP\nCLC")
    assert graded(halfway, GOLF).score == pytest.approx(13 / 14)
    assert graded(FAST, GOLF | {"best": halfway}).score == 1.0
    assert graded(halfway, EQUAL | {"measure": "cycles"}).score == 1.0
    assert graded(halfway, GOLF).measures["original_bytes"] == 19


def test_code_that_does_not_assemble_is_told_with_its_lines() -> None:
    answer = fenced("Sum:\nLDA $0310\nFOO $12\nSTA $0312,Q\nRTS")
    grade = grade_code(EQUAL, answer)
    assert (grade.score, grade.outcome) == (0.0, "does not assemble")
    assert grade.explanation.startswith("Line 6: ")
    assert [answer[mark.start : mark.end] for mark in grade.marks] == ["FOO $12", "STA $0312,Q"]


def test_names_that_it_does_not_define_are_none_of_the_tasks() -> None:
    assert graded("Sum:\nJSR DoItAll\nRTS").outcome == "does not assemble"
    calls = {"equal": "Main:\nJSR Elsewhere\nRTS", "live_out": []}
    assert graded("Main:\nJSR Elsewhere\nRTS", calls).score == 1.0
    assert "DoItAll" in graded("Main:\nJSR DoItAll\nRTS", calls).explanation


def test_what_the_lint_is_sure_of_is_wrong() -> None:
    wrong = graded("Sum:\nREP #$20\nLDA #$05\nSTA $0312\nRTS")
    assert (wrong.score, wrong.outcome) == (0.0, "breaks a rule")


@pytest.mark.parametrize("answer", ["", "I cannot do that.", "```python\nprint(1)\n```", "```asm\n; nothing\n```"])
def test_an_answer_without_code_is_unparsed(answer: str) -> None:
    assert grade_code(EQUAL, answer).score is None


def test_the_last_routine_of_an_answer_counts() -> None:
    old, new = fenced(SLOW), fenced(FAST)
    assert grade_code(GOLF, f"{old}\n{new}").score == 1.0
    assert grade_code(GOLF, f"{new}\n{old}").score == 0.0
    assert grade_code(GOLF, f"{new}\nCall it like this:\n```asm\nJSR Sum\nLDA $0312\n```").score == 1.0


def test_code_that_loops_for_ever_ends() -> None:
    for code in ("Sum:\nBRA Sum", "Sum:\nSEP #$20\n-\nINC $0310\nBRA -", "Sum:\nSTP"):
        assert graded(code).score == 0.0
    slow = "Main:\nREP #$10\nLDX #$1000\n-\nDEX\nBNE -\nREP #$10\nLDX #$1000\nRTS"
    grade = graded(slow, CASES)
    assert (grade.score, grade.outcome) == (0.0, "takes too long")


@pytest.mark.parametrize(
    "code",
    [
        f"org $000312\ndb $05\norg $008000\n{FAST}",
        "Sum:\nSEP #$20\nLDA #$60\nSTA $008000\nRTS",
        "Sum:\nPLA\nPLA\nRTS",
        "Sum:\nREP #$30\nLDA #$FFFF\nLDX #$0000\nLDY #$0001\nMVN $7E,$7E\nRTS",
        "Sum:\nREP #$20\nLDA #$0000\nTCS\nRTS",
    ],
)
def test_code_that_reaches_for_the_harness_earns_nothing(code: str) -> None:
    assert graded(code).score == 0.0
    assert graded(code, CASES | {"cases": [{"start": {}, "end": {"memory": {"000312": 5}}}]}).score == 0.0


def test_what_a_cartridge_saves_is_no_rom() -> None:
    saves: dict[str, Any] = {"equal": "Save:\nSEP #$20\nLDA $0310\nSTA $700010\nRTS", "live_out": ["a"]}
    assert graded(saves["equal"], saves).score == 1.0
    scratch = graded("Save:\nSEP #$20\nLDA $0310\nSTA $700010\nSTA $408000\nRTS", saves)
    assert scratch.score == 0.0
    cases: dict[str, Any] = {"cases": [{"start": {"memory": {"000310": 5}}, "end": {"memory": {"700010": 5}}}]}
    assert graded(saves["equal"], cases).score == 1.0
    assert "ROM, which stays" in graded(saves["equal"].replace("RTS", "STA $408000\nRTS"), cases).explanation


def test_both_code_samples_of_the_seed_are_caught() -> None:
    original = "Damage:\nLDA $0E20,X\nSEC\nSBC #$10\nSTA $0E20,X\nBPL .alive\nSTZ $0DD0,X\n.alive:\nRTS"
    faster = "Damage:\nLDA $0E20,X\nSBC #$10\nBCC .kill\nSTA $0E20,X\nRTS\n.kill:\nSTZ $0DD0,X\nRTS"
    damage = {"equal": original, "live_out": [], "m": True, "x": True}
    assert graded(original, damage).score == 1.0
    caught = graded(faster, damage)
    assert (caught.score, caught.outcome) == (0.0, "wrong result")
    caught = graded("LDA #$00\nXBA\nLDA #$10  ; A = $1000\nREP #$10  ; 16-bit index\nTAX       ; X = $1000\nRTS", CASES)
    assert (caught.score, caught.outcome) == (0.0, "wrong result")
    assert "X | $1000 | $0010" in caught.explanation
    assert graded("LDA #$10\nXBA\nLDA #$00\nREP #$10\nTAX\nRTS", CASES).score == 1.0


def test_post_conditions_hold_from_256_states_though_one_was_written() -> None:
    end = {"memory": {"000310": 10, "000311": 7}, "ended": "RTS"}
    double = {"cases": [{"start": {"memory": {"000310": 5, "000311": 7}}, "end": end}]}
    assert graded("SEP #$20\nASL $0310\nRTS", double).measures["states"] == 256
    assert graded("SEP #$20\nLDA #$0A\nSTA $0310\nRTS", double).score == 1.0
    lucky = graded("ASL $0310\nRTS", double)
    assert lucky.score == 0.0
    assert "State " in lucky.explanation
