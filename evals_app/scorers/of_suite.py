"""Which scorers a suite's cases have."""

from __future__ import annotations

from evals_app.models import Case, Suite
from evals_app.scorers.base import Scorer
from evals_app.scorers.catalog import get_scorer


def scorer_of(case: Case, suite: Suite) -> Scorer:
    """The case's own scorer, else its suite's. Raises UnknownScorer."""
    return get_scorer(case.scorer or suite.scorer)


def scorers_of(suite: Suite) -> list[Scorer]:
    """Every scorer that judges a case of the suite, by name. One query. Raises UnknownScorer."""
    names = set(suite.cases.order_by().values_list("scorer", flat=True).distinct())
    return [get_scorer(name) for name in sorted({name or suite.scorer for name in names} or {suite.scorer})]


def label_of(suite: Suite) -> str:
    """What makes results of the suite comparable: `keyword 2, register_claims 2`."""
    return ", ".join(scorer.label for scorer in scorers_of(suite))
