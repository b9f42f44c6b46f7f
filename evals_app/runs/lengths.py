"""How long answers to a suite may usually be."""

from __future__ import annotations

from evals_app.models import Suite
from evals_app.scorers.of_suite import scorers_of

SHORT, LONG = 64, 512  # tokens


def usual_tokens(suite: Suite) -> int:
    """SHORT where every answer is a line; LONG where one is code, a text for a judge, or a turn of a conversation."""
    # Scorers that wait for all answers are those of whole programs and texts.
    return LONG if any(scorer.when != "at once" for scorer in scorers_of(suite)) else SHORT
