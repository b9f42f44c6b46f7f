"""A text as a page shows it: paragraphs and code, highlighted, with the lines marked that findings are about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from itertools import groupby

from django.utils.safestring import SafeString

from datasets_app.domains.asm65816.listing import languages
from datasets_app.review.highlight import Piece, highlight


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
    numbered = languages(text.split("\n"), assembly=assembly)
    for language, group in groupby(numbered, key=lambda one: one[1]):
        lines = [(number, line) for number, _, line in group]
        if language is None:
            lines = _without_blank_ends(lines)
        if lines:
            laid.append(_block(language, lines, marks))
    return laid


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
