"""A text taken apart: sentences of prose, rows of tables, lines of code with their comments."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from datasets_app.domains.asm65816.opcodes import mnemonics

MNEMONICS = frozenset(name.lower() for name in mnemonics())

_LABEL = re.compile(r"\s*(?:[.\w+-]+:(?=\s|$)\s*)?")
# Operators between operands stand between spaces or inside a word, so that a word is read in one way only.
_OPERAND = r"[^\s,]+(?:\s*,\s*[^\s,]+|\s+[+*/|&-]\s+[^\s,]+)*"
_STATEMENT = re.compile(rf"\s*(?P<op>[A-Za-z]{{3}})(?:\.[bwlBWL])?(?:\s+{_OPERAND})?\s*")
_LIST_ITEM = re.compile(r"\s*(?:[-*•+]|\d+[.)])\s|\s*#|\s*\|")
# The sign first, then what must not stand before it: most characters are none, and fail at once.
_STOP = re.compile(r"[.!?](?=[\s)\"'”*_`]|$)(?<!\bi\.e.)(?<!\be\.g.)(?<!\bi.)(?<!\be.)|;|\n\s*\n")
_WRAPPED = 30


class Passage(NamedTuple):
    """A stretch of the text, `start` to `end`.

    For a line of code: `comment` is where its comment starts, behind the semicolon; `label` how long its label is.
    """

    start: int
    end: int
    comment: int | None = None
    is_code: bool = False
    label: int = 0


def passages(text: str) -> Iterator[Passage]:
    """Yield sentences and code lines in order. Questions are left out: they claim nothing."""
    held: tuple[int, int] | None = None
    for start, end in _lines(text):
        line = text[start:end]
        label = _label_of_code(line)
        if label is not None:
            if held:
                yield from _sentences(text, held)
                held = None
            comment = line.find(";")
            yield Passage(start, end, start + comment + 1 if comment >= 0 else None, True, label)
        elif held and _continues(text[held[0] : held[1]], line):
            held = (held[0], end)
        else:
            yield from _sentences(text, held)
            held = (start, end)
    yield from _sentences(text, held)


def is_code(line: str) -> bool:
    """Say whether a line is assembly: after a label, every statement between colons starts with a mnemonic."""
    return _label_of_code(line) is not None


def _label_of_code(line: str) -> int | None:
    """Return how long the label of a line of code is, 0 without one, None where the line is no code."""
    code = line.partition(";")[0]
    label = _LABEL.match(code)
    length = label.end() if label else 0
    for part in code[length:].split(" : "):
        # The lookup first: most lines of prose fail it, and it costs less than the pattern.
        if part.lstrip()[:3].lower() not in MNEMONICS or not _STATEMENT.fullmatch(part):
            return None
    return length


def line_at(text: str, offset: int) -> int:
    """Return the line number of an offset, from 1."""
    return text.count("\n", 0, offset) + 1


def _lines(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for line in text.splitlines(keepends=True):
        yield start, start + len(line.rstrip("\r\n"))
        start += len(line)


def _continues(before: str, line: str) -> bool:
    """Say whether a line goes on with a wrapped sentence: the one before is long, open, and this starts no item."""
    last = before.rsplit("\n", 1)[-1].rstrip()
    return len(last) >= _WRAPPED and last[-1] not in ".!?:;|" and bool(line.strip()) and not _LIST_ITEM.match(line)


def _sentences(text: str, span: tuple[int, int] | None) -> Iterator[Passage]:
    if span is None:
        return
    start, end = span
    for stop in _STOP.finditer(text, start, end):
        if stop[0] != "?":
            yield Passage(start, stop.start())
        start = stop.end()
    if text[start:end].strip():
        yield Passage(start, end)
