"""A text as a page shows it: paragraphs and code, highlighted, with the lines marked that findings are about."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import escape
from itertools import groupby

from django.utils.safestring import SafeString

from datasets_app.domains.asm65816.facts.passages import is_code
from datasets_app.review.highlight import Piece, highlight

FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,})\s*([\w+#.-]*)\s*$")
# What stands between instructions: nothing, a label or a comment.
BETWEEN = re.compile(r"\s*(?:[.+-]?[A-Za-z_][\w.]*:)?\s*(?:;.*)?$")


@dataclass(frozen=True)
class Line:
    """One line: its number in the whole text (from 1), its pieces as (class, text), the worst finding about it."""

    number: int
    pieces: tuple[Piece, ...]
    level: str = ""


@dataclass(frozen=True)
class Block:
    """Lines that belong together: a stretch of prose, or code."""

    is_code: bool
    lines: tuple[Line, ...]

    @property
    def html(self) -> SafeString:
        """An element for each line, with its number. Every piece of text is escaped here, which is the one place.

        Not a template, and not format_html: a batch of cards has ten thousand pieces, and they would take a second.
        """
        return SafeString("".join(f"<div{_marks(line)}>{_spans(line.pieces)}</div>" for line in self.lines))


def _marks(line: Line) -> str:
    hit = f' class="hit {escape(line.level)}"' if line.level else ""
    return f' data-n="{line.number}"{hit}'


def _spans(pieces: tuple[Piece, ...]) -> str:
    return "".join(f'<span class="{css}">{escape(text)}</span>' if css else escape(text) for css, text in pieces)


def blocks(text: str, *, assembly: bool, marks: Mapping[int, str]) -> list[Block]:
    """Lay `text` out. `assembly`: unfenced lines that look like 65816 code are code. `marks`: line -> level."""
    laid: list[Block] = []
    numbered = _languages(text.split("\n"), assembly)
    for language, group in groupby(numbered, key=lambda one: one[1]):
        lines = [(number, line) for number, _, line in group]
        if language is None:
            lines = _without_blank_ends(lines)
        if lines:
            laid.append(_block(language, lines, marks))
    return laid


def _languages(lines: list[str], assembly: bool) -> Iterator[tuple[int, str | None, str]]:
    """(number, language or None for prose, line) of every line but the fences themselves."""
    code = _unfenced_code(lines) if assembly else set()
    fence, language = "", ""
    for number, line in enumerate(lines, 1):
        found = FENCE.match(line)
        if found and not fence:
            fence, language = found[1], found[2].lower() or "text"
        elif found and found[1].startswith(fence) and not found[2]:
            fence = ""
        elif fence:
            yield number, language, line
        else:
            yield number, "asm" if number in code else None, line


def _unfenced_code(lines: list[str]) -> set[int]:
    """The numbers of the lines in stretches of two and more instructions; one alone may be a word of prose."""
    code: set[int] = set()
    for like, group in groupby(enumerate(lines, 1), key=lambda one: is_code(one[1]) or bool(BETWEEN.match(one[1]))):
        stretch = [(number, line) for number, line in group if line.strip()]
        if like and sum(is_code(line) for _, line in stretch) > 1:
            code.update(range(stretch[0][0], stretch[-1][0] + 1))
    return code


def _without_blank_ends(lines: list[tuple[int, str]]) -> list[tuple[int, str]]:
    said = [place for place, (_, line) in enumerate(lines) if line.strip()]
    return lines[said[0] : said[-1] + 1] if said else []


def _block(language: str | None, lines: list[tuple[int, str]], marks: Mapping[int, str]) -> Block:
    if language is None:
        plain: list[tuple[Piece, ...]] = [(("", line),) for _, line in lines]
    else:
        plain = highlight("\n".join(line for _, line in lines), language)
    rows = zip(lines, plain, strict=True)
    return Block(language is not None, tuple(Line(number, row, marks.get(number, "")) for (number, _), row in rows))
