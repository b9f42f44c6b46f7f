"""Does a pattern occur in the answer, and another one not? `{"pattern": "..", "forbidden": ".."}`, in Python's syntax.

A pattern may backtrack for years on an unlucky answer, so that matching has a time bound (see `matching`).
"""

from __future__ import annotations

import re

from evals_app.scorers.base import Asked, Expected, Scored, Scorer, Tone, clean_spans
from evals_app.scorers.matching import Place, TookTooLong, search

LONGEST = 1_000


def score(expected: Expected, answer: str) -> Scored:
    """1 where the pattern occurs and the forbidden one does not; None for an empty answer and where time was over."""
    if not answer.strip():
        return Scored(None, explanation="The answer is empty.")
    try:
        unwanted = search(str(expected["forbidden"]), answer) if expected.get("forbidden") else None
        wanted = search(str(expected["pattern"]), answer)
    except TookTooLong:
        return Scored(None, explanation="Matching this answer took too long. Write the pattern without nested repeats.")
    if unwanted:
        return _found(0.0, answer, unwanted, "contradicted", "It says what the forbidden pattern describes.")
    if wanted:
        return _found(1.0, answer, wanted, "supported", "The pattern occurs.")
    return Scored(0.0, explanation="The pattern does not occur.")


def problem(expected: Expected) -> str:
    """A case needs a pattern that can be read."""
    for name in ("pattern", "forbidden") if expected.get("forbidden") else ("pattern",):
        pattern = expected.get(name)
        if not isinstance(pattern, str) or not 0 < len(pattern) <= LONGEST:
            return f"its {name} must be a text of 1 to {LONGEST:,} characters"
        try:
            re.compile(pattern)
        except (re.error, OverflowError, RecursionError) as error:
            return f"its {name} is no regular expression: {error}"
    return ""


def asked(_expected: Expected) -> Asked | None:
    """A pattern has no single right answer."""
    return None


def _found(value: float, answer: str, place: Place, tone: Tone, why: str) -> Scored:
    return Scored(value, answer[slice(*place)][:200], clean_spans(answer, [(*place, tone)]), why)


REGEX = Scorer("regex", "Pattern", "1", score, problem, asked)
