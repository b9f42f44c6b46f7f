"""For each of some samples: the nearest one of another group, and every one so near that it says the same.

Exact, by multiplying blocks of vectors: tens of millions of comparisons a second, more than the index gives when each
new sample is asked for, and no duplicate is missed. Time grows with new x all samples of the domain, memory with new.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np

from datasets_app.quality.components import Components
from datasets_app.quality.vectors import Block

ROWS = 1_024


@dataclass(frozen=True)
class Neighbour:
    """The nearest sample of another group, with its cosine (-1 to 1)."""

    sample: int
    cosine: float


@dataclass(frozen=True)
class Neighbourhood:
    """By sample id the nearest of another group, where there is one; and which samples are near-duplicates."""

    nearest: dict[int, Neighbour] = field(default_factory=dict)
    duplicates: Components = field(default_factory=Components)


def find_neighbours(new: Block, corpus: Iterable[Block], bound: float) -> Neighbourhood:
    """Compare `new` with all of `corpus`, which may hold the same samples; from `bound` on, two are duplicates."""
    found = Neighbourhood()
    for block in corpus:
        for start in range(0, len(new.samples), ROWS):
            _compare(new, slice(start, start + ROWS), block, bound, found)
    return found


def _compare(new: Block, rows: slice, block: Block, bound: float, found: Neighbourhood) -> None:
    samples = new.samples[rows]
    cosines = new.vectors[rows] @ block.vectors.T
    cosines[new.groups[rows][:, None] == block.groups[None, :]] = -np.inf
    best = cosines.argmax(axis=1)
    for sample, column, cosine in zip(samples, best, cosines[np.arange(len(samples)), best], strict=True):
        known = found.nearest.get(int(sample))
        if np.isfinite(cosine) and (known is None or cosine > known.cosine):
            found.nearest[int(sample)] = Neighbour(int(block.samples[column]), min(float(cosine), 1.0))
    near_rows, near_columns = np.nonzero(cosines >= bound)
    found.duplicates.link(samples[near_rows], block.samples[near_columns])
