"""What a case must say so that code can be graded by it."""

from __future__ import annotations

from typing import Any

import pytest

from datasets_app.domains.asm65816.grading import TaskRefused, code_problem, fix_problem, grade_code
from datasets_app.domains.asm65816.grading.tasks import task_of

CODE = "Sum:\nSEP #$20\nLDA $0310\nCLC\nADC $0311\nSTA $0312\nRTS"
CASES = [{"start": {"memory": {"000310": 1, "000311": 2}}, "end": {"memory": {"000312": 3}}}]


def test_what_can_be_graded() -> None:
    assert code_problem({"equal": CODE}) == ""
    assert code_problem({"cases": CASES, "m": True, "states": 300}) == ""
    routine = {"routine": "add_word", "way": 0, "values": {"total": 0x318, "amount": 0x328}, "style": 3}
    assert code_problem({"routine": routine}) == ""


@pytest.mark.parametrize(
    ("expected", "said"),
    [
        ({}, "one of equal, cases and routine"),
        ({"equal": CODE, "cases": CASES}, "one of equal, cases and routine"),
        ({"equal": 5}, "its equal must be code"),
        ({"equal": "FOO"}, "its equal does not assemble"),
        ({"equal": "Main:\nBRA Main"}, "comes to an end from 0 states only"),
        ({"equal": CODE, "states": 255}, "from 256 to 4,096"),
        ({"equal": CODE, "states": "many"}, "from 256 to 4,096"),
        ({"equal": CODE, "live_out": ["q"]}, "its live_out must be"),
        ({"equal": CODE, "measure": "beauty"}, "bytes or cycles"),
        ({"equal": CODE, "m": 8}, "its m and x"),
        ({"equal": CODE, "seed": "x"}, "its seed"),
        ({"equal": "Main:\nLDA #$1234\nRTS", "m": True}, "contradicts its m and x"),
        ({"equal": CODE, "measure": "bytes", "best": CODE}, "takes no fewer bytes"),
        ({"equal": CODE, "measure": "bytes", "best": "Sum:\nRTS"}, "does not do the same"),
        ({"equal": CODE, "measure": "bytes", "best": "FOO"}, "its best does not assemble"),
        ({"cases": []}, "a list of cases"),
        ({"cases": [{"start": {}}]}, "cannot be read"),
        ({"cases": ["x"]}, "cannot be read"),
        ({"routine": {"routine": "no_such"}}, "one of the pool's"),
        ({"routine": "add_word"}, "one of the pool's"),
        ({"routine": {"routine": "add_word", "way": 0, "values": {}, "style": 0}}, "one of the pool's"),
    ],
)
def test_what_cannot(expected: dict[str, Any], said: str) -> None:
    assert said in code_problem(expected)
    with pytest.raises(TaskRefused):
        grade_code(expected, "```asm\nRTS\n```")


def test_all_widths_and_edges_are_among_the_states() -> None:
    states = [vector.state for vector in task_of({"equal": CODE}).vectors]
    assert len(states) == 256
    assert {state.p & 0x30 for state in states} == {0x00, 0x10, 0x20, 0x30}
    assert {0x0000, 0x00FF, 0x8000, 0xFFFF} <= {state.a for state in states}
    drawn = [vector.state for vector in task_of({"cases": CASES}).vectors]
    assert len(drawn) == 256
    assert {state.p & 0x30 for state in drawn} == {0x00, 0x10, 0x20, 0x30}


BROKEN = {"broken": "ADC $0310\nSTA $0312\nRTS", "cases": CASES, "failing": CASES}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"broken": "SEP #$20\nLDA #$03\nSTA $0312\nRTS"}, "must fail each of its failing cases"),
        ({"failing": []}, "must fail each of its failing cases"),
        ({"failing": [{}]}, "its failing cases cannot be read"),
        ({"failing": "x"}, "must be a list"),
        ({"broken": "FOO"}, "its broken does not assemble"),
        ({"most_changed": 0}, "its most_changed"),
        ({"rule": "early_result"}, "does not break the rule early_result"),
        ({"equal": CODE}, "beside its broken code"),
        ({"cases": []}, "a list of cases"),
    ],
)
def test_what_cannot_be_graded_as_a_repair(changes: dict[str, Any], said: str) -> None:
    assert fix_problem(BROKEN) == ""
    assert said in fix_problem(BROKEN | changes)
