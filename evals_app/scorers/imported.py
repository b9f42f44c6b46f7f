"""Scores that came with an imported log, by a scorer that is not here: kept as they were, never given again."""

from __future__ import annotations

from evals_app.scorers.base import Asked, Expected, Scored, Scorer


def score(_expected: Expected, _answer: str) -> Scored:
    """Nothing: only what scored it first could. Runs of an imported suite are neither asked nor scored again."""
    return Scored(None, explanation="Its scorer is not here.")


def problem(_expected: Expected) -> str:
    """Whatever the log told is kept."""
    return ""


def asked(_expected: Expected) -> Asked | None:
    """What a log tells of a right answer is for people."""
    return None


IMPORTED = Scorer("imported", "Scores of another tool", "1", score, problem, asked)
