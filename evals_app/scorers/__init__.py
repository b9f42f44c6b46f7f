"""How answers are scored: thin wrappers, each with a name and a version that every result carries."""

from evals_app.scorers.base import Asked, Scored, Scorer, Span, clean_spans
from evals_app.scorers.catalog import SCORERS, get_scorer

__all__ = ["SCORERS", "Asked", "Scored", "Scorer", "Span", "clean_spans", "get_scorer"]
