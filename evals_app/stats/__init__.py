"""How sure a score is, and whether two scores differ."""

from evals_app.stats.intervals import CONFIDENCE, Estimate, estimate_mean
from evals_app.stats.paired import SEED, Pair, Paired, compare, holm, mcnemar_p
from evals_app.stats.verdict import MARGIN, Verdict, judge, say

__all__ = [
    "CONFIDENCE",
    "MARGIN",
    "SEED",
    "Estimate",
    "Pair",
    "Paired",
    "Verdict",
    "compare",
    "estimate_mean",
    "holm",
    "judge",
    "mcnemar_p",
    "say",
]
