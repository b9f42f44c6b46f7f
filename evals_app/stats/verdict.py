"""The one word that a comparison comes to. Never a bare "not significant"."""

from __future__ import annotations

from enum import StrEnum

from evals_app.stats.paired import Paired

ALPHA = 0.05
# Differences below this are taken for the same in practice; the interval must lie wholly within it.
MARGIN = 0.05


class Verdict(StrEnum):
    IMPROVED = "improved"
    REGRESSED = "regressed"
    EQUIVALENT = "equivalent"
    INCONCLUSIVE = "inconclusive"


def judge(paired: Paired, p: float | None = None) -> Verdict:
    """Improved or regressed when both the interval and the permutation say so, equivalent when the interval lies within
    the margin (stricter than two one-sided tests, whose interval is the 90 % one), else inconclusive.

    `p`: the permutation's, adjusted for the other candidates it is told beside.
    """
    p = paired.p if p is None else p
    if p < ALPHA and paired.low > 0:
        return Verdict.IMPROVED
    if p < ALPHA and paired.high < 0:
        return Verdict.REGRESSED
    if paired.low > -MARGIN and paired.high < MARGIN:
        return Verdict.EQUIVALENT
    return Verdict.INCONCLUSIVE


def say(paired: Paired, p: float | None = None) -> str:
    """The verdict in words, with the figure that matters; `p` as for `judge`."""
    match judge(paired, p):
        case Verdict.IMPROVED:
            return f"improved by {paired.difference:.2f}"
        case Verdict.REGRESSED:
            return f"regressed by {-paired.difference:.2f}"
        case Verdict.EQUIVALENT:
            return f"equivalent within {MARGIN:.2f}"
        case Verdict.INCONCLUSIVE if judge(paired) is not Verdict.INCONCLUSIVE:
            return "inconclusive: clear by itself, not among so many candidates"
        case Verdict.INCONCLUSIVE:
            return f"inconclusive: could only detect {max(0.01, paired.detectable):.2f} or more"
