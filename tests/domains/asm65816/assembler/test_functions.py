"""Mathematical functions, built in and of the text."""

from __future__ import annotations

import pytest

from tests.domains.asm65816.assembler.asm import code, errors


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("max(1,2)", 2),
        ("min(1,2)", 1),
        ("clamp(9,1,5)", 5),
        ("sqrt(16)", 4),
        ("floor(2.9)", 2),
        ("bank($123456)", 0x12),
        ("safediv(1,0,7)", 7),
        ("select(0,1,2)", 2),
        ("not(0)", 1),
        ("equal(1,1)+less(1,2)+greaterequal(2,2)", 3),
        ("and(1,0)+or(1,0)+xor(1,1)+nand(1,1)+nor(0,0)", 2),
        ("log2(8)", 3),
        ("snestopc($018000)>>8", 0x80),
        ("pctosnes(0)>>16", 0x80),
        ("pc()>>8", 0x80),
        ('stringsequal("a","A")', 0),
        ('stringsequalnocase("a","A")', 1),
        ('defined("nothing")', 0),
        ("_max(1,2)", 2),
        ("read1($008000,5)", 5),
        ("canread1($008000)", 0),
    ],
)
def test_built_in_functions(expression: str, value: int) -> None:
    assert code(f"db {expression}") == f"{value:02x}"


def test_fractions_are_kept_when_the_text_asks() -> None:
    assert code("math round off\ndb ceil(2.1),round(2.55,1)*10,sin(1)*100,arctan(1)*100") == "03 19 54 4e"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("function twice(x) = x*2\ndb twice(3)+1", "07"),
        ("function area(w,h) = w*h\ndb area(2, 3)", "06"),
        ("function abs(x) = select(less(x,0),-x,x)\ndb abs(-3)", "03"),
        ("function high(label) = label>>8\ndb high(later)\nlater:", "80"),
        ("function f(x) = g(x)\nfunction g(x) = x+1\ndb f(1)", "02"),
        ("function size(name) = datasize(name)\na: NOP : NOP\nb: db size(a)", "ea ea 02"),
    ],
)
def test_functions_of_the_text(source: str, expected: str) -> None:
    assert code(source) == expected


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        ("db nothing(1)", "function_not_found"),
        ("db max(1)", "missing_argument"),
        ("db max(1,2,3)", "malformed_call"),
        ("function f(x) = x\ndb f(1,2)", "wrong_argument_count"),
        ("function f(x) = x + 1", "broken_function"),
        ("function f() = 1", "invalid_parameter"),
        ("function f(x,x) = x", "parameter_redefined"),
        ("function f(x) = f(x)\ndb f(1)", "limit_nesting"),
        ("db read1($008000)", "no_rom"),
        ("db defined(x)", "string_expected"),
    ],
)
def test_what_is_no_function_is_refused(source: str, problem: str) -> None:
    assert errors(source) == [problem]
