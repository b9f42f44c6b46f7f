"""How sure a score is, and whether two scores differ."""

from evals_app.stats.bootstrap import bootstrap_interval
from evals_app.stats.families import benjamini_hochberg, holm
from evals_app.stats.intervals import CONFIDENCE, Estimate, estimate_mean
from evals_app.stats.noise import Noise, noise_floor, noise_of
from evals_app.stats.paired import SEED, Pair, Paired, cluster_differences, compare, mcnemar_p
from evals_app.stats.planning import LEAST, facts_needed, pass_chance
from evals_app.stats.verdict import ALPHA, MARGIN, Verdict, judge, say

__all__ = [
    "ALPHA",
    "CONFIDENCE",
    "LEAST",
    "MARGIN",
    "SEED",
    "Estimate",
    "Noise",
    "Pair",
    "Paired",
    "Verdict",
    "benjamini_hochberg",
    "bootstrap_interval",
    "cluster_differences",
    "compare",
    "estimate_mean",
    "facts_needed",
    "holm",
    "judge",
    "mcnemar_p",
    "noise_floor",
    "noise_of",
    "pass_chance",
    "say",
]
