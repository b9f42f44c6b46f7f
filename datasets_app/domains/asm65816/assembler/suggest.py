"""Did you mean …?"""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from functools import lru_cache

_LONGEST = 40
_MOST = 2_000


def closest(word: str, candidates: Iterable[str], likeness: float = 0.6) -> str:
    """Return the candidate that looks most like the word, in its own spelling; empty when none does.

    `likeness` is the least ratio of difflib, from 0 to 1.
    """
    names = list(candidates)
    if not word or len(word) > _LONGEST or len(names) > _MOST:
        return ""
    return _closest(word.lower(), tuple(names), likeness)


@lru_cache(maxsize=512)
def _closest(word: str, names: tuple[str, ...], likeness: float) -> str:
    by_lower = {name.lower(): name for name in names}
    found = get_close_matches(word, by_lower, n=1, cutoff=likeness)
    return by_lower[found[0]] if found else ""


def did_you_mean(word: str, candidates: Iterable[str], shown: str = "{}") -> str:
    """Return a hint, or nothing. `shown` says how the name is written: “!{}” for a define."""
    name = closest(word, candidates)
    return f"Did you mean {shown.format(name)}?" if name else ""
