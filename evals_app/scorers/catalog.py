"""The scorers there are."""

from __future__ import annotations

from evals_app.errors import UnknownScorer
from evals_app.scorers.base import Scorer
from evals_app.scorers.imported import IMPORTED
from evals_app.scorers.keyword import KEYWORD
from evals_app.scorers.register_claims import REGISTER_CLAIMS

SCORERS = {scorer.name: scorer for scorer in (REGISTER_CLAIMS, KEYWORD, IMPORTED)}


def get_scorer(name: str) -> Scorer:
    """The scorer of that name. Raises UnknownScorer."""
    if name not in SCORERS:
        raise UnknownScorer(name=name, known=", ".join(SCORERS))
    return SCORERS[name]
