"""The seeds' first measure, kept to read old results: the share of expected words that occur. Easily gamed.

A word counts where it stands as a word of its own, also when the answer denies it; the explanation says so.
"""

from __future__ import annotations

import re

from evals_app.scorers.base import Asked, Expected, Scored, Scorer, Tone, clean_spans

# How far before a word a "not" is taken to deny it.
REACH = 48
_DENIAL = re.compile(r"\b(?:not|no|never|isn't|doesn't|don't|without|rather than|instead of)\b[^.;!?]*$", re.IGNORECASE)


def score(expected: Expected, answer: str) -> Scored:
    """Found words / expected words; None for an empty answer."""
    if not answer.strip():
        return Scored(None, "", [], "The answer is empty.")
    words = [str(word) for word in expected["keywords"]]
    places = {word: [(m.start(), m.end()) for m in _as_word(word).finditer(answer)] for word in words}
    found = [word for word in words if places[word]]
    denied = [word for word in found if all(_is_denied(answer, start) for start, _ in places[word])]
    spans: list[tuple[int, int, Tone]] = [
        (start, end, "unknown" if _is_denied(answer, start) else "supported")
        for place in places.values()
        for start, end in place
    ]
    said = f"{len(found)} of {len(words)} words" + (f"; denied there: {', '.join(denied)}" if denied else "")
    return Scored(len(found) / len(words), "", clean_spans(answer, spans), f"{said}."[:300])


def problem(expected: Expected) -> str:
    """A case needs a list of words."""
    words = expected.get("keywords")
    fits = isinstance(words, list) and words and all(isinstance(word, str) and word.strip() for word in words)
    return "" if fits else "its keywords must be a list of words"


def asked(_expected: Expected) -> Asked | None:
    """Words have no single right answer."""
    return None


def _as_word(word: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){re.escape(word.strip())}(?!\w)", re.IGNORECASE)


def _is_denied(answer: str, start: int) -> bool:
    return bool(_DENIAL.search(answer[max(0, start - REACH) : start]))


KEYWORD = Scorer("keyword", "Keywords (legacy)", "1", score, problem, asked)
