"""Expressions: asar 1.91 works from left to right on whole numbers, unless the text asks for more."""

from __future__ import annotations

import pytest

from tests.domains.asm65816.assembler.asm import code, errors, warnings


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("1+2+3", 6),
        ("7-2-1", 4),
        ("(1+2)*3", 9),
        ("7/2", 3),
        ("-7/2", -3),
        ("7/2*2", 6),
        ("7%4", 3),
        ("-7%4", -3),
        ("2**10", 1024),
        ("2**-1", 0),
        ("1<<4|1", 17),
        ("$F0>>4&3", 3),
        ("$F0^$FF", 15),
        ("~0", -1),
        ("~$FFFFFFFF", 0x7FFFFFFF),
        ("--5", 5),
        ("-~5", 6),
        ("<:$123456", 0x12),
        ("1<<64", 1),
        ("-1>>1", -1),
        ("1.9", 1),
        ("$FFFFFFFFFF&$FF", 255),
        ("'a'+1", 98),
    ],
)
def test_values(expression: str, value: int) -> None:
    assert code(f"dd {expression}") == (value & 0xFFFFFFFF).to_bytes(4, "little").hex(" ")


def test_from_left_to_right_with_a_warning_where_that_matters() -> None:
    assert code("db 1+2*3") == "09"
    assert warnings("db 1+2*3") == ["left_to_right"]
    assert warnings("db 1*2+3") == []


def test_with_priorities_when_the_text_asks() -> None:
    assert code("math pri on\ndb 1+2*3,1|2+4,2+3**2") == "07 07 0b"
    assert code("asar 1.90\ndb 1+2*3,7/2*2") == "07 07"


def test_fractions_last_when_the_text_asks() -> None:
    assert code("math round off\ndb 7/2*2,1.5*2") == "07 03"


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        ("db 1/0", "division_by_zero"),
        ("db 1%0", "modulo_by_zero"),
        ("db 1<<-1", "negative_shift"),
        ("db sqrt(-1)", "not_a_number"),
        ("db 0x10", "unknown_operator"),
        ("db 1§2", "unknown_operator"),
        ("db (1", "mismatched_parentheses"),
        ("db $", "invalid_hex"),
        ("db $g", "invalid_hex"),
        ("db %2", "invalid_binary"),
        ("db 'ab'", "invalid_character"),
        ("db 5-", "invalid_number"),
        ("LDA 1,2", "invalid_input"),
        ("db " + "(" * 150 + "1" + ")" * 150, "too_deep"),
        ("NOP\nasar 1.90", "not_at_start"),
        ("asar 9.99", "asar_too_old"),
        ("asar one", "invalid_version"),
        ("math maybe", "broken_command"),
    ],
)
def test_what_is_no_expression_is_refused(source: str, problem: str) -> None:
    assert errors(source) == [problem]
