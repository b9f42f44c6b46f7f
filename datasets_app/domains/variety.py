"""How varied a set of texts is: repetitive answers make a model repeat itself, whatever they say."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

OPENING_WORDS = 5
GRAM = 4
_MOST_GRAMS = 200_000

_WORD = re.compile(r"[A-Za-z0-9$#_!]+")
_NUMBER = re.compile(r"#?\$?[0-9]+|#?\$[0-9A-Fa-f]+")


@dataclass(frozen=True, slots=True)
class Variety:
    """Figures about `count` outputs.

    `openings` and `formats` are the entropy in bits of their first five words and of their structure (see
    `structure_of`); `commonest_opening` is the share of the outputs that begin with the most frequent first word, 0 to
    1. `distinct_grams` is the number of different runs of four words over the number of all, 0 to 1. Every number
    counts as the same word, since another address does not make another sentence.
    """

    count: int
    openings: float
    formats: float
    commonest_opening: float
    distinct_grams: float


def variety_of(outputs: Iterable[str]) -> Variety:
    """Measure a set of outputs; of the runs of words the first 200,000 count."""
    texts = list(outputs)
    words = [_words(text) for text in texts]
    first = Counter(" ".join(one[:1]) for one in words)
    return Variety(
        count=len(texts),
        openings=entropy(" ".join(one[:OPENING_WORDS]) for one in words),
        formats=entropy(structure_of(text) for text in texts),
        commonest_opening=max(first.values(), default=0) / max(len(texts), 1),
        distinct_grams=_distinct_grams(words),
    )


def entropy(things: Iterable[str]) -> float:
    """Return the Shannon entropy of their distribution, in bits."""
    counts = Counter(things)
    total = sum(counts.values())
    return sum(n / total * math.log2(total / n) for n in counts.values()) if total else 0.0


def structure_of(text: str) -> str:
    """Return the order of an output's parts: code, prose, list, table, heading, each once where several follow."""
    kinds: list[str] = []
    fenced = False
    for line in text.split("\n"):
        kind = _kind(line, fenced)
        if line.startswith("```"):
            fenced = not fenced
        if kind and (not kinds or kinds[-1] != kind):
            kinds.append(kind)
    return " ".join(kinds)


def _kind(line: str, fenced: bool) -> str:
    if fenced or line.startswith("```"):
        return "code"
    stripped = line.strip()
    if not stripped:
        return ""
    if stripped.startswith("|"):
        return "table"
    if re.match(r"(?:[-*+]|\d+[.)])\s", stripped):
        return "list"
    return "heading" if re.fullmatch(r"(?:#+ .*|\*\*[^*]+\*\*)", stripped) else "prose"


def _distinct_grams(texts: Sequence[list[str]]) -> float:
    seen: set[tuple[str, ...]] = set()
    total = 0
    for words in texts:
        grams = [tuple(words[at : at + GRAM]) for at in range(len(words) - GRAM + 1)]
        seen.update(grams)
        total += len(grams)
        if total > _MOST_GRAMS:
            break
    return len(seen) / total if total else 1.0


def _words(text: str) -> list[str]:
    return ["0" if _NUMBER.fullmatch(word) else word for word in _WORD.findall(text)]
