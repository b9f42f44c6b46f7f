"""Macros: arguments, any number of them, labels of their own."""

from __future__ import annotations

import pytest

from tests.domains.asm65816.assembler.asm import code, errors, good

TWO = "macro m(a,b)\ndb <a>,<b>\nendmacro\n"
ANY = "macro v(first,...)\ndb <first>,sizeof(...)\nfor i = 0..sizeof(...)\ndb <...[!i]>\nendfor\nendmacro\n"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (TWO + "%m(1,2)", "01 02"),
        (TWO + "%m((1+2)*2, $10)", "06 10"),
        (TWO + '%m(1,"2,3")', "01 02 03"),
        (TWO + "rep 2 : %m(1,2)", "01 02 01 02"),
        (TWO + "x: %m(1,2) : NOP", "01 02 ea"),
        (ANY + "%v(9)", "09 00"),
        (ANY + "%v(9,8,7)", "09 02 08 07"),
        ("macro v(...)\ndb <0>,<1>\nendmacro\n%v(4,5)", "04 05"),
        ("macro w(size)\nLDA.<size> $10\nendmacro\n%w(w)", "ad 10 00"),
        ("macro name(x)\n<x>_end: dw <x>_end\nendmacro\n%name(here)", "00 80"),
        ("macro shift(x)\ndb 1<<<x>\nendmacro\n%shift(3)", "08"),
        ("macro down(n)\nif <n>\ndb <n>\n%down(<n>-1)\nendif\nendmacro\n%down(3)", "03 02 01"),
        ("macro set(x)\n!kept = <x>\nendmacro\n%set(5)\ndb !kept", "05"),
    ],
)
def test_a_call_runs_the_lines_with_its_arguments(source: str, expected: str) -> None:
    assert code(source) == expected


def test_every_call_has_labels_of_its_own() -> None:
    source = "macro m()\n?again: BNE ?again\nBRA ?+\n?+\n?.sub: BRA ?.sub\nendmacro\nMain:\n%m()\n%m()\n.own"
    assembly = good(source)
    assert assembly.code.hex(" ") == "d0 fe 80 00 80 fe d0 fe 80 00 80 fe"
    assert assembly.labels == {"Main": 0x8000, "Main_own": 0x800C}


def test_an_instruction_of_a_macro_has_its_line_there() -> None:
    assert [placed.line for placed in good("macro m()\nNOP\nendmacro\n%m()\nRTS").instructions] == [2, 5]


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        ("%missing()", "macro_not_found"),
        ("%m(1,2)\n" + TWO, "macro_not_found"),
        (TWO + "%m(1)", "wrong_argument_count"),
        (ANY + "%v()", "wrong_argument_count"),
        (ANY + "%v", "broken_macro_call"),
        (TWO + TWO, "macro_redefined"),
        ("macro m(a,a)\nendmacro", "parameter_redefined"),
        ("macro m(1a)\nendmacro", "invalid_parameter"),
        ("macro m\nendmacro", "broken_macro"),
        ("macro m()", "unclosed_macro"),
        ("endmacro", "misplaced_endmacro"),
        ("macro m(a)\ndb <b>\nendmacro\n%m(1)", "parameter_not_found"),
        ("macro v(...)\ndb <...[2]>\nendmacro\n%v(1,2)", "argument_out_of_range"),
        ("macro m()\nif 1\nendmacro\n%m()", "unclosed_if"),
        ("db sizeof(...)", "sizeof_outside_macro"),
    ],
)
def test_what_is_no_macro_or_no_call_of_one_is_refused(source: str, problem: str) -> None:
    assert errors(source) == [problem]


def test_a_mistake_in_a_macro_says_where_it_was_called() -> None:
    (diagnostic,) = good("macro m()\ndb 256\nendmacro\n\n%m()").diagnostics
    assert diagnostic.line == 2
    assert diagnostic.message.endswith("(in %m, called in line 5)")
