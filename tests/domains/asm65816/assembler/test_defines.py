"""Defines are text, replaced before anything else is read."""

from __future__ import annotations

import pytest

from tests.domains.asm65816.assembler.asm import code, errors


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("!a = $12\nLDA !a", "a5 12"),
        ("!a = $12\nLDA #!a", "a9 12"),
        ("!a = 1\n!b = !a\n!a = 2\ndb !b", "02"),
        ("!a = 1\n!b := !a\n!a = 2\ndb !b", "01"),
        ("!a #= 2*3\ndb !a", "06"),
        ("!a ?= 1\n!a ?= 2\ndb !a", "01"),
        ("!a = 1\n!a += 2\ndb !a", "0c"),
        ('!a = "db 1,2"\n!a', "01 02"),
        ('!a = "NOP : RTS"\n!a', "ea 60"),
        ('!a = "say ""hi"""\ndb \'!\'', "21"),
        ("!a = 1 : !b = 2 : db !a,!b", "01 02"),
        ("!ab = 3\n!x = b\ndb !{a!{x}},!{ab}", "03 03"),
        ('!a = x\ndb "!a\\!a"', "78 21 61"),
        ('db defined("a")\n!a = 1\ndb defined("a")\nundef "a"\ndb defined("a")', "00 01 00"),
        ("!a = $10 ; the rest is a comment\nLDA !a,x", "b5 10"),
    ],
)
def test_a_define_stands_for_its_text(source: str, expected: str) -> None:
    assert code(source) == expected


def test_defines_can_be_given_from_outside() -> None:
    assert code("LDA !given", defines={"given": "$12"}) == "a5 12"
    assert code("LDA !given", defines={"!given": "$1234"}) == "ad 34 12"


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        ("LDA !missing", "define_not_found"),
        ("!a += 1", "define_not_found"),
        ('undef "a"', "define_not_found"),
        ("!a = 1 2", "broken_define"),
        ('!a = "1"2', "broken_define"),
        ("!{a", "mismatched_braces"),
        ("db !{}", "invalid_define_name"),
        ("!assembler = xkas", "builtin_define"),
        ("!a #= label\nlabel:", "define_label_math"),
        ("!a = !a\ndb !a", "limit_nesting"),
    ],
)
def test_what_no_define_can_be_is_refused(source: str, problem: str) -> None:
    assert errors(source) == [problem]
