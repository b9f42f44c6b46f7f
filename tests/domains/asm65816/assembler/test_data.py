"""Numbers, texts, gaps."""

from __future__ import annotations

import pytest

from tests.domains.asm65816.assembler.asm import code, errors, good, warnings


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("db 1,$FF,%101,'A'", "01 ff 05 41"),
        ("dw 1,$1234", "01 00 34 12"),
        ("dl $123456", "56 34 12"),
        ("dd $12345678,-1", "78 56 34 12 ff ff ff ff"),
        ('db "ab","c""d"', "61 62 63 22 64"),
        ('dw "ab"', "61 00 62 00"),
        ("db '''", "27"),
        ("db 1,\n2,\n3", "01 02 03"),
        ("db 1, \\\n2", "01 02"),
        ("db #5", "05"),
        ("db -1,-128", "ff 80"),
        ("db later-x,$80/(later-x)\nx: dw 0\nlater:", "02 40 00 00"),
        ("'a' = $10\ndb \"ab\",'a'", "10 62 10"),
        ("'a' = $1234\ndw \"a\"", "34 12"),
        ("pushtable\n'a' = 5\ndb 'a'\npulltable\ndb 'a'\n'a' = 6\ncleartable\ndb 'a'", "05 61 61"),
        ('db "é"', "c3 a9"),
        ("fill 3", "00 00 00"),
        ("fillbyte $AA : fill 2", "aa aa"),
        ("fillword $1234 : fill 3", "34 12 34"),
        ("NOP : fill align 4 : NOP", "ea 00 00 00 ea"),
        ("NOP : fill align 4 offset 2 : NOP", "ea 00 ea"),
        ("NOP\npadbyte $FF\npad $008003", "ea ff ff"),
        ("datasized: NOP : NOP\nlast: db datasize(datasized)", "ea ea 02"),
    ],
)
def test_data_become_bytes(source: str, expected: str) -> None:
    assert code(source) == expected


def test_a_gap_separates_blocks() -> None:
    assert good("NOP\nskip 2\nRTS\nskip align 8\nRTL").blocks == (
        (0x8000, b"\xea"),
        (0x8003, b"\x60"),
        (0x8008, b"\x6b"),
    )


@pytest.mark.parametrize(
    ("source", "expected"), [("db 256", "00"), ("dw $12345", "45 23"), ("dl $1234567", "67 45 23")]
)
def test_what_does_not_fit_is_cut_off_and_warned_about(source: str, expected: str) -> None:
    assert code(source) == expected
    assert warnings(source) == ["truncated"]


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        ("db", "wrong_word_count"),
        ("db 1,,2", "missing_value"),
        ("db 1)", "mismatched_parentheses"),
        ("db 1 2", "wrong_word_count"),
        ('db "a"b', "garbage_near_quotes"),
        ('db "a', "mismatched_quotes"),
        ("fill align 3", "invalid_alignment"),
        ("skip label\nlabel:", "no_labels_here"),
        ("pulltable", "pulltable_without_pushtable"),
        ("align 4", "unknown_mnemonic"),
    ],
)
def test_broken_data_are_refused(source: str, problem: str) -> None:
    assert errors(source) == [problem]
