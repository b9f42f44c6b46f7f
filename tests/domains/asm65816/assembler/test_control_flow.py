"""if, while, for, rep and assert."""

from __future__ import annotations

import pytest

from tests.domains.asm65816.assembler.asm import code, errors, warnings


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("if 1\ndb 1\nelse\ndb 2\nendif", "01"),
        ("if 0\ndb 1\nelseif 1\ndb 2\nelse\ndb 3\nendif", "02"),
        ("if 0\nif 1\ndb 1\nendif\nelse\ndb 2\nendif", "02"),
        ("if 0\nnonsense !unknown\nendif\ndb 1", "01"),
        ("!x = 2\nif !x == 2 && !x != 3\ndb 1\nendif", "01"),
        ("if 0 || not(0)\ndb 1\nendif", "01"),
        ("if 1 : db 1 : endif\ndb 2", "01 02"),
        ("if 0 : db 1 : else : db 2 : endif", "02"),
        ("if 0 : db 1\ndb 2", "02"),
        ("!i = 0\nwhile !i < 3\ndb !i\n!i #= !i+1\nendwhile", "00 01 02"),
        ("!i = 0\nwhile !i < 2\nfor j = 0..2\ndb !i*2+!j\nendfor\n!i #= !i+1\nendwhile", "00 01 02 03"),
        ("for i = 0..4\ndb !i\nendfor", "00 01 02 03"),
        ("for i = 1..3 : NOP : endfor", "ea ea"),
        ("!i = 9\nfor i = 0..1\ndb !i\nendfor\ndb !i", "00 09"),
        ("for i = 4..0\ndb !i\nendfor", ""),
        ("rep 3 : NOP", "ea ea ea"),
        ("rep 0 : NOP\nRTS", "60"),
        ("rep -1 : NOP\nRTS", "60"),
        ('x: assert x == $8000, "moved"\nassert later >= x\nlater:', ""),
    ],
)
def test_conditions_and_loops_choose_the_lines(source: str, expected: str) -> None:
    assert code(source) == expected


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        ("if 1", "unclosed_if"),
        ("while 0", "unclosed_if"),
        ("endif", "misplaced_endif"),
        ("else", "misplaced_else"),
        ("elseif 1", "misplaced_elseif"),
        ("while 0\nelse\nendwhile", "else_in_loop"),
        ("if 1 ==\nendif", "broken_condition"),
        ("if 1 && 1 || 1\nendif", "invalid_condition"),
        ("if label\nendif\nlabel:", "label_in_condition"),
        ("for i=0..2\nendfor", "broken_for"),
        ("db 1 : for i = 0..2 : NOP : endfor", "single_line_for"),
        ("rep label : NOP\nlabel:", "no_labels_here"),
        ("assert 0", "assertion_failed"),
        ("assert later == 1\nlater:", "assertion_failed"),
    ],
)
def test_broken_conditions_are_refused(source: str, problem: str) -> None:
    assert problem in errors(source)


def test_ends_of_another_kind_are_let_pass_with_a_warning() -> None:
    assert warnings("!i = 0\nwhile !i < 1\n!i #= 1\nendif") == ["mismatched_end"]


def test_what_follows_a_false_condition_on_its_line_is_left_out_as_asar_does() -> None:
    assert code("if 0 : db 1 : endif : db 2") == ""
    assert warnings("if 0 : db 1 : endif : db 2") == ["rest_of_line_left_out"]
