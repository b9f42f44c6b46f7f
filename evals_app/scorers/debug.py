"""Is a routine repaired? What failed passes, the rest passes still, and little else was changed.

What a case's `expected` may hold is told in `datasets_app.domains.asm65816.grading.fixes`; the grading is there too.
"""

from __future__ import annotations

from datasets_app.domains.asm65816 import grading
from evals_app.scorers.asm_exec import as_scored, asked
from evals_app.scorers.base import Expected, Scored, Scorer


def score(expected: Expected, answer: str) -> Scored:
    """1 for a repair, else 0; None without any code."""
    return as_scored(grading.grade_fix(expected, answer), answer)


DEBUG = Scorer(
    "debug",
    "Repaired code",
    grading.GRADER_VERSION,
    score,
    grading.fix_problem,
    asked,
    when="afterwards",
    is_heavy=True,
)
