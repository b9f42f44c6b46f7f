"""Which rows each step sees. Decided before training: going on from a step needs no random state of any library."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator, Sequence
from itertools import islice

from training_app.trainer.spec import TrainSpec


def step_count(spec: TrainSpec, rows: int) -> int:
    """Optimizer steps of a run over `rows` rows: `max_steps`, or as many as `epochs` times through the rows take."""
    if spec.max_steps is not None:
        return spec.max_steps
    return math.ceil(rows * (spec.epochs or 1) / rows_per_step(spec))


def rows_per_step(spec: TrainSpec) -> int:
    return spec.batch_size * spec.gradient_accumulation


def row_order(spec: TrainSpec, lengths: Sequence[int]) -> list[int]:
    """Row numbers for all steps, one after the other: through all rows in an order drawn by the seed, then again.

    Within a step rows are sorted by length, so that the batches that make it up need little padding; its gradient is
    the same, because the loss is averaged over the tokens of the whole step.
    """
    size = rows_per_step(spec)
    drawn = list(islice(_shuffles(len(lengths), spec.seed), size * step_count(spec, len(lengths))))
    steps = (drawn[start : start + size] for start in range(0, len(drawn), size))
    return [row for step in steps for row in sorted(step, key=lengths.__getitem__)]


def _shuffles(rows: int, seed: int) -> Iterator[int]:
    draw = random.Random(seed)
    order = list(range(rows))
    while True:
        draw.shuffle(order)
        yield from order
