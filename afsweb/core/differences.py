"""Two texts side by side, word by word."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

WORDS = re.compile(r"\s+|\w+|[^\w\s]")
LINES = re.compile(r"[^\n]*\n|[^\n]+")
# difflib takes time in the square of the number of words; a longer text is compared by lines.
WORD_LIMIT = 4_000


@dataclass(frozen=True)
class Change:
    """A stretch of one text; `is_changed` when the other text does not have it there."""

    text: str
    is_changed: bool


@dataclass(frozen=True)
class Difference:
    """One field in both versions."""

    label: str
    old: list[Change]
    new: list[Change]

    @property
    def is_any(self) -> bool:
        return any(change.is_changed for change in (*self.old, *self.new))


def compare(label: str, old: str, new: str) -> Difference:
    """Where `old` and `new` differ, by words, or by lines when they are long."""
    pattern = LINES if max(len(WORDS.findall(old)), len(WORDS.findall(new))) > WORD_LIMIT else WORDS
    before, after = pattern.findall(old), pattern.findall(new)
    steps = SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    return Difference(
        label,
        [_change(before[a:b], step) for step, a, b, _, _ in steps if b > a],
        [_change(after[c:d], step) for step, _, _, c, d in steps if d > c],
    )


def _change(words: Sequence[str], step: str) -> Change:
    return Change("".join(words), step != "equal")
