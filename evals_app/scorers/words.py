"""Words in an answer: where they stand, and whether the answer denies them there."""

from __future__ import annotations

import re
from functools import lru_cache

# How far before a word a "not" is taken to deny it.
REACH = 48
_DENIAL = re.compile(
    r"\b(?:not(?! only| just)|no|never|nor|neither|without|rather than|instead of|cannot|\w+n['’]t)\b", re.IGNORECASE
)
# What a denial does not reach across: the end of a sentence, and the turn to what holds instead.
_TURN = re.compile(
    r"[.;!?](?=\s)|\n|\b(?:but|however|although|though|whereas|while|it is|it['’]s|that is)\b", re.IGNORECASE
)
_IS = "is|are|was|were|do|does|did|has|have|could|would|should"
_DENIED_AFTER = re.compile(
    r"['\"`*)\]]*\s*(?:\([^()]{0,40}\)\s*)?"
    rf"(?:(?:{_IS}|can|will)\s+(?:not(?! only| just)|never|no|wrong|false|incorrect)\b"
    rf"|(?:{_IS}|ca|wo)n['’]t\b|cannot\b|[?:]\s*(?:no|wrong|false)\b)",
    re.IGNORECASE,
)


@lru_cache(maxsize=4096)
def as_word(word: str) -> re.Pattern[str]:
    """Finds it where it stands as a word of its own, in capitals or not; any white space between its parts."""
    parts = r"\s+".join(re.escape(part) for part in word.split())
    return re.compile(rf"(?<!\w){parts}(?!\w)", re.IGNORECASE)


def places(word: str, answer: str) -> list[tuple[int, int]]:
    """Where the answer says the word: start and end of each."""
    return [match.span() for match in as_word(word).finditer(answer)]


def is_denied(answer: str, start: int, end: int) -> bool:
    """Whether what stands there is denied: "not INIDISP", "without blanking", "INIDISP is wrong"."""
    begin = max(0, start - REACH)
    turns = [match.end() for match in _TURN.finditer(answer, begin, start)]
    return bool(_DENIAL.search(answer, turns[-1] if turns else begin, start) or _DENIED_AFTER.match(answer, end))
