"""The seeds' first measure, kept to read old results: the share of expected words that occur anywhere. Easily gamed.

Old results with `keyword 1` are near it, but that one counted whole words only.
"""

from __future__ import annotations

from evals_app.scorers.base import Asked, Expected, Scored, Scorer, Tone, clean_spans


def score(expected: Expected, answer: str) -> Scored:
    """Words found, as letters anywhere, denied or not / words expected; None for an empty answer."""
    if not answer.strip():
        return Scored(None, explanation="The answer is empty.")
    words, text = [str(word) for word in expected["keywords"]], answer.lower()
    found = [word for word in words if word.lower() in text]
    spans: list[tuple[int, int, Tone]] = [
        (at, at + len(word), "unknown") for word in found if (at := text.find(word.lower())) >= 0
    ]
    said = f"{len(found)} of {len(words)} words occur; a denied one counts as well."
    return Scored(len(found) / len(words), evidence=clean_spans(answer, spans), explanation=said)


def problem(expected: Expected) -> str:
    """A case needs a list of words."""
    words = expected.get("keywords")
    fits = isinstance(words, list) and words and all(isinstance(word, str) and word.strip() for word in words)
    return "" if fits else "its keywords must be a list of words"


def asked(_expected: Expected) -> Asked | None:
    """Words have no single right answer."""
    return None


KEYWORD_LEGACY = Scorer("keyword_legacy", "Keywords (legacy)", "1", score, problem, asked)
