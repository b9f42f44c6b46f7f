"""A text as HTML, with a link from every mention of a register or an instruction to the page that explains it.

This is the one place where a sample's text becomes HTML, and so the one place that escapes it. Not a template, and not
format_html: a batch of cards has ten thousand pieces, and they would take a second.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from html import escape

from django.urls import reverse
from django.utils.safestring import SafeString

from datasets_app.domains.asm65816.facts.instructions import Instruction
from datasets_app.domains.asm65816.facts.mentions import Kind, Mention, find_mentions, instruction_in
from datasets_app.domains.asm65816.registers import Register

Piece = tuple[str, str]
"""A stretch of a line: its class (of the stylesheet, or none), its text."""
Row = Sequence[Piece]
Line = tuple[int, str, Row]
"""A line's number, the level of the worst finding about it (or ""), its pieces."""

ASSEMBLY_DOMAINS = ("asm65816", "oracle", "gigaleak")
"""The domains whose texts speak of these registers and instructions."""
NO_COMMENTS: Mapping[int, int] = {}
_KEYWORD = "k"
_SENTENCE = 400  # characters


@cache
def url_of(kind: Kind, key: str) -> str:
    """The page that explains a register (by its four digits) or an instruction."""
    name = "show_register" if kind == "register" else "show_instruction"
    return reverse(name, args=[key.lower()])


def page_of(fact: Register | Instruction) -> str:
    """The page that explains a fact."""
    if isinstance(fact, Register):
        return url_of("register", f"{fact.address:04X}")
    return url_of("instruction", fact.mnemonic)


def linked_text(text: str) -> SafeString:
    """A stretch of prose, escaped, with its mentions as links that Tab reaches."""
    return _linked_sentence(text) if len(text) <= _SENTENCE else _linked(text)


@lru_cache(maxsize=4096)
def _linked_sentence(text: str) -> SafeString:
    """What is found in one sample is often found in the next."""
    return _linked(text)


def _linked(text: str) -> SafeString:
    return SafeString(_prose(text, find_mentions(text)))


def html_lines(
    lines: Sequence[Line], *, is_linked: bool, is_assembly: bool, comments: Mapping[int, int] = NO_COMMENTS
) -> SafeString:
    """An element for each line of a block, with its number, marked where its level says so.

    `is_linked`: what it mentions has a page. `is_assembly`: its words of class k are instructions. `comments`: line ->
    how many are about it.
    """
    rows = [row for _, _, row in lines]
    html = _linked_rows(rows, _code if is_assembly else _piece) if is_linked else map(_plain_row, rows)
    shown = zip(lines, html, strict=True)
    return SafeString(
        "".join([f"<div{_marks(number, level, comments)}>{content}</div>" for (number, level, _), content in shown])
    )


def _marks(number: int, level: str, comments: Mapping[int, int]) -> str:
    hit = f' class="hit {escape(level)}"' if level else ""
    count = comments.get(number)
    said = f' data-comments="{count} comment{"" if count == 1 else "s"}"' if count else ""
    return f' data-n="{number}"{hit}{said}'


def _plain_row(row: Row) -> str:
    return "".join([_piece(css, text) for css, text in row])


def _linked_rows(rows: Sequence[Row], show: Callable[[str, str], str]) -> list[str]:
    """The lines of one block with links; `show` makes a piece without mentions.

    Tab passes these links by: a page of code has a hundred of them, and the buttons come behind.
    """
    lines = ["".join([text for _, text in row]) for row in rows]
    mentions = find_mentions("\n".join(lines))
    mentions.reverse()
    html, start = [], 0
    for row, line in zip(rows, lines, strict=True):
        end = start + len(line)
        if mentions and mentions[-1].start < end:
            here = [mentions.pop()]
            while mentions and mentions[-1].start < end:
                here.append(mentions.pop())
            html.append("".join(_row(row, here, start, show)))
        else:
            html.append("".join([show(css, text) for css, text in row]))
        start = end + 1
    return html


def _row(row: Row, mentions: list[Mention], start: int, show: Callable[[str, str], str]) -> Iterator[str]:
    """The pieces of a line that begins at `start`; a mention that spans two pieces is two links."""
    for css, text in row:
        end = start + len(text)
        inside = [one for one in mentions if one.start < end and one.end > start]
        yield _wrapped(css, "".join(_cut(text, start, inside))) if inside else show(css, text)
        start = end


def _cut(text: str, start: int, mentions: Sequence[Mention]) -> Iterator[str]:
    done = 0
    for one in mentions:
        first, last = max(one.start - start, 0), min(one.end - start, len(text))
        yield escape(text[done:first])
        yield _link(one.kind, one.key, text[first:last])
        done = last
    yield escape(text[done:])


def _prose(text: str, mentions: Sequence[Mention]) -> str:
    parts, done = [], 0
    for one in mentions:
        parts += [escape(text[done : one.start]), _link(one.kind, one.key, text[one.start : one.end], tab=True)]
        done = one.end
    return "".join(parts) + escape(text[done:])


def _piece(css: str, text: str) -> str:
    return _wrapped(css, escape(text))


def _code(css: str, text: str) -> str:
    """A piece of assembly: instructions are links."""
    return _keyword(text) if css == _KEYWORD else _wrapped(css, escape(text))


@lru_cache(maxsize=1024)
def _keyword(text: str) -> str:
    name = instruction_in(text)
    return _wrapped(_KEYWORD, _link("instruction", name, text[:3]) + escape(text[3:]) if name else escape(text))


def _wrapped(css: str, html: str) -> str:
    return f'<span class="{css}">{html}</span>' if css else html


def _link(kind: Kind, key: str, text: str, *, tab: bool = False) -> str:
    how = 'class="fact"' if tab else 'tabindex="-1"'
    return f'<a {how} href="{url_of(kind, key)}">{escape(text)}</a>'
