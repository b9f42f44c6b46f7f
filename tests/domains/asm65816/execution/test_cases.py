"""Cases that a routine must meet: read from JSON, run, and what was missed is named."""

from __future__ import annotations

from typing import Any

import pytest

from datasets_app.domains.asm65816.assembler import assemble
from datasets_app.domains.asm65816.execution.cases import misses, read_cases, write_case
from datasets_app.domains.asm65816.execution.program import load
from datasets_app.domains.asm65816.execution.running import Runner
from datasets_app.domains.asm65816.execution.state import State

ADD = "Main:\nCLC\nADC $7E0010\nSTA $7E0011\nRTS"


def missed(source: str, *cases: Any) -> list[str]:
    runner = Runner(load(assemble(source)))
    return [miss.name for case in read_cases(cases) for miss in misses(runner, case)[1]]


def test_a_right_result_misses_nothing() -> None:
    case = {"start": {"a": 5, "memory": {"7E0010": 3}}, "end": {"a": 8, "memory": {"7E0011": 8}, "ended": "RTS"}}
    assert missed(ADD, case) == []


@pytest.mark.parametrize(
    ("end", "name"),
    [
        ({"a": 9}, "A"),
        ({"memory": {"7E0011": 9}}, "$7E0011"),
        ({"flags": {"c": True}}, "flag C"),
        ({"ended": "RTL"}, "way out"),
    ],
)
def test_each_thing_missed_is_named(end: dict[str, Any], name: str) -> None:
    assert missed(ADD, {"start": {"a": 5, "memory": {"7E0010": 3}}, "end": end}) == [name]


def test_memory_that_is_required_to_stay() -> None:
    case = {"start": {"memory": {"7E0011": 7}}, "end": {"memory": {"7E0011": 7}}}
    assert missed("Main:\nRTS", case) == []
    assert missed("Main:\nSTZ $0011\nRTS", case) == ["$7E0011"]


def test_a_case_goes_through_json() -> None:
    start = State(a=5, x=1, p=0x30, seed=9, memory={0x7E0010: 3})
    (case,) = read_cases([write_case(start, {"x": 2})])
    assert case.start.memory == start.memory
    assert (case.start.a, case.start.seed, case.registers) == (5, 9, {"x": 2})


def test_what_is_no_case_is_refused() -> None:
    with pytest.raises(KeyError):
        read_cases([{"start": {}}])
    with pytest.raises(ValueError, match="invalid literal"):
        read_cases([{"start": {"memory": {"zz": 1}}, "end": {}}])


def test_writes_to_registers_are_required_in_their_order() -> None:
    code = "Main:\nSEP #$20\nLDA #$80\nSTA $2100\nLDA #$01\nSTA $420B\nRTS"
    assert missed(code, {"start": {}, "end": {"writes": [["2100", 0x80], ["420B", 1]]}}) == []
    assert missed(code, {"start": {}, "end": {"writes": [["420B", 1], ["2100", 0x80]]}}) == ["register write 1"]
    assert missed(code, {"start": {}, "end": {"writes": [["2100", 0x80]]}}) == ["register write 2"]
    assert missed(code, {"start": {}, "end": {}}) == []


def test_the_low_byte_of_the_accumulator_can_be_required_alone() -> None:
    code = "Main:\nSEP #$20\nLDA #$05\nRTS"
    assert missed(code, {"start": {"a": 0x1234}, "end": {"al": 5}}) == []
    assert missed(code, {"start": {"a": 0x1234}, "end": {"al": 6}}) == ["A (low byte)"]
