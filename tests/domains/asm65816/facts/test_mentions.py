"""What in a text has a page that explains it."""

from __future__ import annotations

import pytest

from datasets_app.domains.asm65816.facts.mentions import find_mentions, instruction_in


def said(text: str) -> list[tuple[str, str]]:
    """What each mention says, and the fact that it means."""
    return [(text[one.start : one.end], one.key) for one in find_mentions(text)]


@pytest.mark.parametrize(
    ("text", "mentions"),
    [
        ("Write it to $2100.", [("$2100", "2100")]),
        ("INIDISP and inidisp", [("INIDISP", "2100"), ("inidisp", "2100")]),
        ("$2116/17 take VMADD", [("$2116", "2116"), ("17", "2117"), ("VMADD", "2116")]),
        ("$80:4212 is $004212", [("$80:4212", "4212"), ("$004212", "4212")]),
        ("DMAPx", [("DMAPx", "4300")]),
        ("$7E2100 is RAM, #$2100 a number, $2184 nothing", []),
        ("the year 2100", []),
        ("a mosaic, this and that, FOOBAR", []),
        ("`LDA #$10` and `rep`, `STA.w $2100`", [("LDA", "LDA"), ("rep", "REP"), ("STA", "STA"), ("$2100", "2100")]),
        ("AND then BIT by bit, `hello`, `FOO #1`", []),
        ("", []),
    ],
)
def test_mentions(text: str, mentions: list[tuple[str, str]]) -> None:
    assert said(text) == mentions


@pytest.mark.parametrize(
    ("word", "mnemonic"),
    [("LDA", "LDA"), ("lda", "LDA"), ("STA.w", "STA"), ("org", None), ("LDAX", None), ("x", None), ("", None)],
)
def test_a_word_of_code(word: str, mnemonic: str | None) -> None:
    assert instruction_in(word) == mnemonic
