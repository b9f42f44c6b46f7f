"""Does the code of an answer do what is asked? Assembled, looked over, and run from 256 states or more.

What a case's `expected` may hold is told in `datasets_app.domains.asm65816.grading.tasks`; the grading is there too.
"""

from __future__ import annotations

from datasets_app.domains.asm65816 import grading
from evals_app.scorers.base import Asked, Expected, Scored, Scorer, clean_spans


def score(expected: Expected, answer: str) -> Scored:
    """1 for code that is right, a share for a saving smaller than the best known, else 0; None without any code."""
    return as_scored(grading.grade_code(expected, answer), answer)


def asked(_expected: Expected) -> Asked | None:
    """There are many right ways to write a routine."""
    return None


def as_scored(grade: grading.Grade, answer: str) -> Scored:
    """A grade as what scorers give; `extracted` is its outcome in two or three words."""
    spans = [(mark.start, mark.end, mark.verdict) for mark in grade.marks]
    return Scored(grade.score, grade.outcome, clean_spans(answer, spans), grade.explanation, grade.measures)


ASM_EXEC = Scorer(
    "asm_exec",
    "Code that runs",
    grading.GRADER_VERSION,
    score,
    grading.code_problem,
    asked,
    when="afterwards",
    is_heavy=True,
)
