"""How long the rows of a snapshot are in a model's tokens, and how many a limit would cut."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

BINS = 40


@dataclass(frozen=True)
class Lengths:
    """Tokens of the rows. `counts[i]` of them are in the i-th of BINS equal parts of 0 to `longest`."""

    rows: int
    longest: int
    middle: int
    p95: int
    counts: tuple[int, ...]
    truncated: int
    mean: float = 0.0

    @property
    def truncated_share(self) -> float:
        return self.truncated / self.rows if self.rows else 0.0

    @property
    def edges(self) -> list[float]:
        """The BINS + 1 edges of the parts, in tokens."""
        return [self.longest * at / BINS for at in range(BINS + 1)]


def measure(lengths: Sequence[int], max_length: int) -> Lengths:
    """The figures of rows of these lengths; `truncated` ones are longer than `max_length`."""
    if not lengths:
        return Lengths(0, 0, 0, 0, (0,) * BINS, 0)
    ordered, longest, counts = sorted(lengths), max(lengths), [0] * BINS
    for length in lengths:
        counts[min(BINS - 1, length * BINS // longest)] += 1
    p95 = ordered[min(len(ordered) - 1, round(0.95 * (len(ordered) - 1)))]
    return Lengths(
        len(lengths),
        longest,
        round(median(ordered)),
        p95,
        tuple(counts),
        sum(one > max_length for one in lengths),
        sum(lengths) / len(lengths),
    )
