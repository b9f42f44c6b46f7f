"""A text as a page shows it: paragraphs and code, highlighted, with the lines marked that findings are about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby

from datasets_app.domains.asm65816.listing import ASSEMBLY, languages
from datasets_app.facts.links import NO_COMMENTS, Piece, html_lines
from datasets_app.review.highlight import highlight


@dataclass(frozen=True)
class Line:
    """One line: its number in the whole text (from 1), its pieces as (class, text).

    `level` is of the worst finding about it, `comments` how many there are about it.
    """

    number: int
    pieces: tuple[Piece, ...]
    level: str = ""
    comments: int = 0


@dataclass(frozen=True)
class Block:
    """Lines that belong together: a stretch of prose, or code.

    `is_linked`: what it mentions has a page. `is_assembly`: its keywords are instructions.
    """

    is_code: bool
    lines: tuple[Line, ...]
    is_linked: bool = False
    is_assembly: bool = False

    @property
    def html(self) -> str:
        """An element for each line, with its number; escaped, and safe in a template."""
        lines = [(line.number, line.level, line.pieces) for line in self.lines]
        comments = {line.number: line.comments for line in self.lines if line.comments}
        return html_lines(lines, is_linked=self.is_linked, is_assembly=self.is_assembly, comments=comments)


def blocks(
    text: str, *, assembly: bool, marks: Mapping[int, str], comments: Mapping[int, int] = NO_COMMENTS
) -> list[Block]:
    """Lay `text` out. `marks`: line -> level; `comments`: line -> how many are about it.

    `assembly`: unfenced lines that look like 65816 code are code, and mentions of registers and instructions are links.
    """
    laid: list[Block] = []
    numbered = languages(text.split("\n"), assembly=assembly)
    for language, group in groupby(numbered, key=lambda one: one[1]):
        lines = [(number, line) for number, _, line in group]
        if language is None:
            lines = _without_blank_ends(lines)
        if lines:
            laid.append(_block(language, lines, marks, comments, is_linked=assembly))
    return laid


def _without_blank_ends(lines: list[tuple[int, str]]) -> list[tuple[int, str]]:
    said = [place for place, (_, line) in enumerate(lines) if line.strip()]
    return lines[said[0] : said[-1] + 1] if said else []


def _block(
    language: str | None,
    lines: list[tuple[int, str]],
    marks: Mapping[int, str],
    comments: Mapping[int, int],
    *,
    is_linked: bool,
) -> Block:
    if language is None:
        plain: list[tuple[Piece, ...]] = [(("", line),) for _, line in lines]
    else:
        plain = highlight("\n".join(line for _, line in lines), language)
    rows = zip(lines, plain, strict=True)
    laid = tuple(Line(number, row, marks.get(number, ""), comments.get(number, 0)) for (number, _), row in rows)
    return Block(language is not None, laid, is_linked, is_linked and language in ASSEMBLY)
