"""How a text is laid out: prose, code, and the lines that findings are about."""

from __future__ import annotations

import re

import pytest

from afsweb.core.differences import compare
from datasets_app.review.blocks import Block, blocks
from datasets_app.review.highlight import highlight

ROUTINE = "Saves a byte:\n\n```asm\nLDA $2100  ; read\nSTA $2101\n```\nDone."


def said(block: Block) -> list[str]:
    return ["".join(text for _, text in line.pieces) for line in block.lines]


def test_fenced_code_stands_apart_with_the_texts_own_line_numbers() -> None:
    prose, code, end = blocks(ROUTINE, assembly=True, marks={})
    assert (prose.is_code, code.is_code, end.is_code) == (False, True, False)
    assert said(code) == ["LDA $2100  ; read", "STA $2101"]
    assert [line.number for line in code.lines] == [4, 5]
    assert said(end) == ["Done."]


def test_assembly_is_highlighted() -> None:
    code = blocks(ROUTINE, assembly=True, marks={})[1]
    classes = {text.strip(): css for css, text in code.lines[0].pieces if text.strip()}
    assert classes["LDA"] == "k"
    assert classes["; read"] == "c"


def test_marked_lines_carry_the_level() -> None:
    prose, code, _ = blocks(ROUTINE, assembly=True, marks={1: "warn", 5: "bad"})
    assert prose.lines[0].level == "warn"
    assert [line.level for line in code.lines] == ["", "bad"]


def test_unfenced_assembly_is_recognised_in_its_domains_only() -> None:
    code = "SEP #$20\n.loop:\n  LDA $2100,X\n  BNE .loop\n  RTS"
    assert [block.is_code for block in blocks(code, assembly=True, marks={})] == [True]
    assert [block.is_code for block in blocks(code, assembly=False, marks={})] == [False]


def test_prose_that_begins_in_capitals_is_prose() -> None:
    text = "DMA is fast because the CPU waits.\nNMI comes once a frame.\nRTS"
    assert [block.is_code for block in blocks(text, assembly=True, marks={})] == [False]


def test_an_unclosed_fence_and_an_unknown_language_lose_nothing() -> None:
    (code,) = blocks("```klingon\nqapla'\n\nHegh", assembly=True, marks={})
    assert (code.is_code, said(code)) == (True, ["qapla'", "", "Hegh"])


def test_nothing_is_lost_of_long_code() -> None:
    code = "\n".join(f"LDA ${n:04X}" for n in range(5000))
    (block,) = blocks(code, assembly=True, marks={})
    assert said(block) == code.split("\n")


@pytest.mark.parametrize("language", ["pycon", "console", "php", "html", "md", "diff", "c++", "json", "asm", "nothing"])
def test_no_language_loses_a_character(language: str) -> None:
    code = "\n\n>>> a = 1\r\n$ ls\n\t<?php $x{\n- é\u2028b\n\n"
    rows = highlight(code, language)
    assert "\n".join("".join(text for _, text in row) for row in rows) == code


def test_hostile_text_stays_text() -> None:
    evil = '<script>alert(1)</script> & "\'"'
    for text in (evil, f"```asm\nLDA ; {evil}\n```", f"```html\n{evil}\n```"):
        for block in blocks(text, assembly=True, marks={1: "bad", 2: '"><script>'}):
            assert "<script" not in block.html
            assert not re.search(r"<(?!/?(span|div|a)[ >])", block.html)


def test_a_difference_is_found_by_word_and_nothing_is_lost() -> None:
    found = compare("Output", "Saves 1 cycle here.", "Saves three cycles here.")
    assert "".join(change.text for change in found.old) == "Saves 1 cycle here."
    assert "".join(change.text for change in found.new) == "Saves three cycles here."
    assert [change.text for change in found.new if change.is_changed] == ["three", "cycles"]


def test_long_texts_are_compared_by_line() -> None:
    old = "\n".join(f"line {n} of many" for n in range(3000))
    found = compare("Output", old, old.replace("line 7 of", "line seven of"))
    assert [change.text for change in found.new if change.is_changed] == ["line seven of many\n"]
