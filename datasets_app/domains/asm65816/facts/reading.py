"""A text read once: its passages, and the mentions in it that all kinds of claim share."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from functools import cached_property

from datasets_app.domains.asm65816.facts.anchors import Anchor, find_anchors
from datasets_app.domains.asm65816.facts.passages import Passage, line_at, passages
from datasets_app.domains.asm65816.facts.statements import Statement, statement_of, statements_in
from datasets_app.domains.asm65816.facts.symbols import Symbols
from datasets_app.domains.base import Claim, ClaimVerdict

_BLANKED = str.maketrans(
    {"`": " ", "*": " ", "_": "_", "’": "'", "\n": " ", "\t": " ", "\r": " ", "“": " ", "”": " ", '"': " "}
)
_NEAR = 200
_LISTED = re.compile(r"[\s`*]*(?:,? ?(?:and|or|then|plus|followed by)|[,:+/])[\s`*]*")


class Reading:
    """One text with its passages in order and its mentions of registers; questions are in no passage.

    `named` are the mentions with a project's own symbols among them, `anchors` those of the hardware alone.
    """

    def __init__(self, text: str, symbols: Symbols | None = None) -> None:
        self.text = text
        self.passages = tuple(passages(text))
        self._starts = [passage.start for passage in self.passages]
        self._anchors = find_anchors(text)
        self._anchor_starts = [anchor.start for anchor in self._anchors]
        self._named = find_anchors(text, symbols=symbols) if symbols else self._anchors
        self._named_starts = [anchor.start for anchor in self._named] if symbols else self._anchor_starts

    @cached_property
    def statements(self) -> tuple[tuple[Passage, Statement], ...]:
        """The instructions that prose mentions, each with its passage."""
        return tuple((p, s) for p in self.passages if not p.is_code for s in statements_in(self.text, p.start, p.end))

    @cached_property
    def _statement_starts(self) -> list[int]:
        return [statement.start for _, statement in self.statements]

    def statement_before(self, offset: int, passage: Passage) -> Statement | None:
        """Return the last instruction that a passage mentions before an offset."""
        index = bisect_left(self._statement_starts, offset) - 1
        return self.statements[index][1] if index >= 0 and self.statements[index][0] is passage else None

    def statement_after(self, offset: int, passage: Passage) -> Statement | None:
        """Return the first instruction that a passage mentions from an offset on."""
        index = bisect_left(self._statement_starts, offset)
        found = self.statements[index] if index < len(self.statements) else None
        return found[1] if found and found[0] is passage else None

    def is_listed(self, passage: Passage, statement: Statement) -> bool:
        """Say whether an instruction ends a list, as in “JSR and RTS”: what is said of it is said of all of them."""
        before = self.statement_before(statement.start, passage)
        return bool(before and _LISTED.fullmatch(self.text, before.end, statement.start))

    def before(self, passage: Passage, offset: int) -> str:
        """Return what a passage says just before an offset; bounded, since some texts never end a sentence."""
        return self.text[max(passage.start, offset - _NEAR) : offset]

    def around(self, passage: Passage, start: int, end: int) -> str:
        """Return what a passage says around a stretch, bounded too."""
        return self.text[max(passage.start, start - _NEAR) : min(passage.end, end + _NEAR)]

    def anchors(self, start: int, end: int) -> list[Anchor]:
        """Return the mentions of registers between two offsets."""
        return _between(self._anchors, self._anchor_starts, start, end)

    def named(self, start: int, end: int) -> list[Anchor]:
        """Return the mentions of registers and of the project's symbols between two offsets."""
        return _between(self._named, self._named_starts, start, end)

    def passage_at(self, offset: int) -> Passage | None:
        """Return the passage that an offset lies in."""
        index = bisect_right(self._starts, offset) - 1
        passage = self.passages[index] if index >= 0 else None
        return passage if passage and offset < passage.end else None

    def lowered(self, start: int, end: int) -> str:
        """Return a stretch in lower case, its markdown blanked, its white space as spaces: offsets stay as they are."""
        return self.low[start:end]

    @cached_property
    def low(self) -> str:
        """The whole text in lower case, see `lowered`."""
        low = self.text.lower()
        return (low if len(low) == len(self.text) else self.text).translate(_BLANKED)

    def is_between_code(self, passage: Passage) -> bool:
        """Say whether a stretch that is no instruction may still stand inside code: a label, a fence, a short word."""
        words = self.text[passage.start : passage.end].split()
        return len(words) <= 1 and words[:1] != ["```"]

    def code(self, passage: Passage) -> list[Statement]:
        """Return the statements of a line of code, without its label and its comment."""
        end = passage.end if passage.comment is None else passage.comment - 1
        found, start = [], passage.start + passage.label
        for part in self.text[start:end].split(" : "):
            statement = statement_of(self.text, start, start + len(part))
            if statement:
                found.append(statement)
            start += len(part) + 3
        return found

    def claim(self, kind: str, verdict: ClaimVerdict, start: int, end: int, **facts: object) -> Claim:
        """Make a claim of the text between two offsets."""
        return Claim(kind, self.text[start:end], verdict, start, end, line_at(self.text, start), **facts)  # type: ignore[arg-type]


def _between(anchors: list[Anchor], starts: list[int], start: int, end: int) -> list[Anchor]:
    first = bisect_left(starts, start)
    if first == len(starts) or starts[first] >= end:
        return []
    last = bisect_left(starts, end, first)
    return [anchor for anchor in anchors[first:last] if anchor.end <= end]
