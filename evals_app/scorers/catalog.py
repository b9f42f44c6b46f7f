"""The scorers there are."""

from __future__ import annotations

from evals_app.errors import UnknownScorer
from evals_app.scorers.asm_exec import ASM_EXEC
from evals_app.scorers.base import Scorer
from evals_app.scorers.choice import CHOICE
from evals_app.scorers.debug import DEBUG
from evals_app.scorers.exact import EXACT
from evals_app.scorers.imported import IMPORTED
from evals_app.scorers.keyword import KEYWORD
from evals_app.scorers.keyword_legacy import KEYWORD_LEGACY
from evals_app.scorers.regex import REGEX
from evals_app.scorers.register_claims import REGISTER_CLAIMS
from evals_app.scorers.rubric import RUBRIC

SCORERS = {
    scorer.name: scorer
    for scorer in (
        REGISTER_CLAIMS,
        EXACT,
        REGEX,
        CHOICE,
        KEYWORD,
        KEYWORD_LEGACY,
        ASM_EXEC,
        DEBUG,
        RUBRIC,
        IMPORTED,
    )
}


def get_scorer(name: str) -> Scorer:
    """The scorer of that name. Raises UnknownScorer."""
    if name not in SCORERS:
        raise UnknownScorer(name=name, known=", ".join(SCORERS))
    return SCORERS[name]
