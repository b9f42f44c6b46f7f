"""A source text as lines: without comments, with lines that end in a comma or a backslash joined to the next."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from datasets_app.domains.asm65816.assembler import quotes

_CACHED_LENGTH = 200


@dataclass(slots=True)
class Line:
    """`text` is what is left of the line; `number` counts from 1; `raw` is the line as written."""

    number: int
    raw: str
    text: str
    quotes_match: bool = True


def read_lines(source: str) -> list[Line]:
    """Return the lines of a source; those that were joined to an earlier one are empty."""
    source = source.removeprefix("\ufeff").replace("\r", "")
    lines = [_line(number, raw) for number, raw in enumerate(source.split("\n"), start=1)]
    _join_commas(lines)
    _join_backslashes(lines)
    return lines


def _line(number: int, raw: str) -> Line:
    text = _stripped(raw) if len(raw) <= _CACHED_LENGTH else _strip(raw)
    return Line(number, raw, text or "", text is not None)


def _strip(raw: str) -> str | None:
    """Return the line without comment and outer spaces, None where a quote is not closed."""
    text = quotes.remove_comment(raw) if ";" in raw else raw
    if "\t" in text:
        text = _without_tabs(text)
    if ('"' in text or "'" in text) and not quotes.balanced(text):
        return None
    return text.strip(" ")


_stripped = lru_cache(maxsize=8192)(_strip)


def _without_tabs(text: str) -> str:
    masked = quotes.mask(text)
    if masked is text:
        return text.replace("\t", " ")
    return "".join(" " if seen == "\t" else character for seen, character in zip(masked, text, strict=True))


def _join_commas(lines: list[Line]) -> None:
    first: Line | None = None
    parts: list[str] = []
    for line in lines:
        if first is None:
            if line.text.endswith(",") and quotes.mask(line.text).endswith(","):
                first, parts = line, [line.text]
            continue
        parts.append(line.text)
        text, line.text = line.text, ""
        if text and not quotes.mask(text).endswith(","):
            first.text, first = "".join(parts), None
    if first is not None:
        first.text = "".join(parts)


def _join_backslashes(lines: list[Line]) -> None:
    first: Line | None = None
    parts: list[str] = []
    for line in lines:
        if first is None and not line.text.endswith("\\"):
            continue
        text = line.text
        continues = len(text) > 1 and text.endswith("\\")
        if first is None:
            first = line
        else:
            line.text = ""
        parts.append(text[:-1] if continues else text)
        if not continues:
            first.text, first, parts = "".join(parts), None, []
    if first is not None:
        first.text = "".join(parts)
