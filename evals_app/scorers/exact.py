"""Is the answer one of the right ones, word for word? `{"answers": [..]}`."""

from __future__ import annotations

from evals_app.scorers.base import Asked, Expected, Scored, Scorer, clean_spans

# What people and models put around an answer without changing it.
_AROUND = " \t\r\n\"'`“”‘’*_.!"


def score(expected: Expected, answer: str) -> Scored:
    """1 for one of the answers, but for capitals, white space, quotes, a full stop; else 0. None for an empty one."""
    given = _plain(answer)
    if not given:
        return Scored(None, explanation="The answer is empty.")
    right = [str(one) for one in expected["answers"]]
    if given in map(_plain, right):
        spans = clean_spans(answer, [(0, len(answer), "supported")])
        return Scored(1.0, given[:200], spans, "It is the expected answer.")
    return Scored(0.0, given[:200], explanation=f"Expected was {' or '.join(right)}."[:300])


def problem(expected: Expected) -> str:
    """A case needs an answer at least."""
    answers = expected.get("answers")
    fits = isinstance(answers, list) and answers and all(isinstance(one, str) and _plain(one) for one in answers)
    return "" if fits else "its answers must be a list of texts"


def asked(_expected: Expected) -> Asked | None:
    """Wrong answers may be any text, so that a table of them would say nothing."""
    return None


def _plain(text: str) -> str:
    return " ".join(text.split()).strip(_AROUND).casefold()


EXACT = Scorer("exact", "Exact answer", "1", score, problem, asked)
