"""Answers that a judge decides, under a rubric: asked after all answers are there (evals_app.judging)."""

from __future__ import annotations

from evals_app.errors import OnlyByJudge
from evals_app.scorers.base import Asked, Expected, Scored, Scorer


def score(expected: Expected, _answer: str) -> Scored:
    """No program knows: raises OnlyByJudge."""
    raise OnlyByJudge(rubric=expected.get("rubric", ""))


def problem(expected: Expected) -> str:
    """A case names a version of a rubric that there is."""
    # Here and not above: the processes that score load every scorer and no Django.
    from evals_app.judging.rubrics import problem_of_reference

    return problem_of_reference(expected.get("rubric"))


def asked(_expected: Expected) -> Asked | None:
    """A rubric has no single right answer."""
    return None


RUBRIC = Scorer("rubric", "Rubric, by a judge", "1", score, problem, asked, when="judged")
