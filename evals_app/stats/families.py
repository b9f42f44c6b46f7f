"""The p values of several tests taken together: the more one looks at, the more often chance alone looks like news."""

from __future__ import annotations

from collections.abc import Sequence


def holm(p_values: Sequence[float]) -> list[float]:
    """Holm's step-down adjusted p values, in the order given (Holm 1979, Scand. J. Statist. 6:65-70)."""
    adjusted = [1.0] * len(p_values)
    worst = 0.0
    for rank, index in enumerate(sorted(range(len(p_values)), key=lambda i: p_values[i])):
        worst = max(worst, min(1.0, (len(p_values) - rank) * p_values[index]))
        adjusted[index] = worst
    return adjusted


def benjamini_hochberg(p_values: Sequence[float]) -> list[float]:
    """Benjamini and Hochberg's step-up adjusted p values, in the order given: of what is called different at 0.05, 5 %
    are false on average. (Benjamini & Hochberg 1995, J. R. Statist. Soc. B 57:289-300.)
    """
    adjusted = [1.0] * len(p_values)
    best = 1.0
    for rank, index in enumerate(sorted(range(len(p_values)), key=lambda i: p_values[i], reverse=True)):
        best = min(best, p_values[index] * len(p_values) / (len(p_values) - rank))
        adjusted[index] = best
    return adjusted
