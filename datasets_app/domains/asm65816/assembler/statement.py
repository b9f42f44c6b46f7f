"""A line as statements, read once: `LDA #$01 : STA $10` is two."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

from datasets_app.domains.asm65816.assembler import quotes
from datasets_app.domains.asm65816.assembler.commands import Action, action_of, report_unknown

_CACHED_LENGTH = 200


@dataclass(frozen=True, slots=True)
class Statement:
    """`labels` are the labels that it begins with, `words` what follows, `head` the first word in small letters.

    `action` is what carries it out; None when only labels are there.
    """

    text: str
    labels: tuple[str, ...]
    words: tuple[str, ...]
    head: str
    action: Action | None

    @property
    def argument(self) -> str:
        """The second word, empty without one."""
        return self.words[1] if len(self.words) > 1 else ""


def read_statements(text: str) -> tuple[Statement, ...]:
    """Read a line whose defines and macro arguments are replaced."""
    return _read_cached(text) if len(text) <= _CACHED_LENGTH else _read(text)


def _read(text: str) -> tuple[Statement, ...]:
    parts = quotes.split(quotes.separate_colons(text), " : ")
    return tuple(read_statement(part.strip(" ")) for part in parts)


_read_cached = lru_cache(maxsize=8192)(_read)


def read_statement(text: str) -> Statement:
    """Read one statement."""
    words = quotes.split(text, " ")
    count = 0
    while count < len(words) and words[count + 1 : count + 2] != ["="] and _is_label(words[count]):
        count += 1
    rest = tuple(words[count:])
    head = rest[0].lower() if rest else ""
    if head[:1] == "@":
        return _read_special(text)
    return Statement(text, tuple(words[:count]), rest, head, action_of(head, rest) if head else None)


def _read_special(text: str) -> Statement:
    """Read `@asar` and its kin: asar's commands with an old sign in front; others mean nothing."""
    inner = read_statement(text.partition("@")[2].lstrip("@ "))
    return replace(inner, text=text, action=None if inner.action is report_unknown else inner.action)


def _is_label(word: str) -> bool:
    if not word or word[0] == ":":
        return False
    if word.lstrip("?")[:1] in ("+", "-") and word[:2] != "??":
        return True
    return len(word) > 1 and (word[-1] == ":" or word[0] in ".?#")
