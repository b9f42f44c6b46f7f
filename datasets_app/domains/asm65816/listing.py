"""Where a text holds code: fenced blocks with their language, and unfenced lines that look like 65816 assembly."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from datasets_app.domains.asm65816.facts.passages import is_code

ASSEMBLY = ("asm", "65816", "65c816", "asm65816", "asar", "snes", "assembly")
"""What stands after a fence whose code is for the 65816."""

_FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,})\s*([\w+#.-]*)\s*$")
# What stands between instructions: nothing, a label or a comment.
_BETWEEN = re.compile(r"\s*(?:[.+-]?[A-Za-z_][\w.]*:)?\s*(?:;.*)?$")


@dataclass(frozen=True, slots=True)
class CodeBlock:
    """A stretch of 65816 code in a text; `line` is where it begins, counted from 1."""

    source: str
    line: int


def code_blocks(text: str) -> list[CodeBlock]:
    """Return the 65816 code of a text in order. A fence without a language counts when a line in it is code."""
    blocks = []
    for language, lines in _stretches(text):
        plain = language == "text" and any(is_code(line) for _, line in lines if line.strip())
        if language in ASSEMBLY or plain:
            blocks.append(CodeBlock("\n".join(line for _, line in lines), lines[0][0]))
    return blocks


def _stretches(text: str) -> Iterator[tuple[str | None, list[tuple[int, str]]]]:
    """Each language with its lines; a fence between two lines parts them, as it leaves a gap in the numbers."""
    rows = enumerate(languages(text.split("\n")))
    for (_, language), group in groupby(rows, key=lambda one: (one[1][0] - one[0], one[1][1])):
        yield language, [(number, line) for _, (number, _, line) in group]


def languages(lines: Sequence[str], *, assembly: bool = True) -> Iterator[tuple[int, str | None, str]]:
    """Yield (number from 1, language or None for prose, line) for every line but the fences themselves.

    A fence without a language is “text”. `assembly`: unfenced lines that look like 65816 code are “asm”.
    """
    code = _unfenced_code(lines) if assembly else set()
    fence, language = "", ""
    for number, line in enumerate(lines, 1):
        found = _FENCE.match(line)
        if found and not fence:
            fence, language = found[1], found[2].lower() or "text"
        elif found and found[1].startswith(fence) and not found[2]:
            fence = ""
        elif fence:
            yield number, language, line
        else:
            yield number, "asm" if number in code else None, line


def _unfenced_code(lines: Sequence[str]) -> set[int]:
    """The numbers of the lines in stretches of two and more instructions; one alone may be a word of prose."""
    code: set[int] = set()
    for like, group in groupby(enumerate(lines, 1), key=lambda one: is_code(one[1]) or bool(_BETWEEN.match(one[1]))):
        stretch = [(number, line) for number, line in group if line.strip()]
        if like and sum(is_code(line) for _, line in stretch) > 1:
            code.update(range(stretch[0][0], stretch[-1][0] + 1))
    return code
