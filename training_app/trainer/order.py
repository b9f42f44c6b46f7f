"""Which rows each step sees. Decided before training: going on from a step needs no random state of any library."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator, Sequence
from itertools import islice

from training_app.trainer.spec import TrainSpec


def step_count(spec: TrainSpec, rows: int) -> int:
    """Optimizer steps of a run over `rows` rows."""
    return steps_of(rows, rows_per_step(spec), spec.max_steps, spec.epochs)


def steps_of(rows: int, rows_per_step: int, max_steps: int | None, epochs: float | None) -> int:
    """`max_steps`, or as many as `epochs` times through `rows` rows take: 1,294 rows, 8 a step, 3 epochs are 486.

    The next time through begins in the step in which the one before ends, so none is short.
    """
    return max_steps if max_steps is not None else math.ceil(rows * (epochs or 1) / rows_per_step)


def rows_per_step(spec: TrainSpec) -> int:
    """The effective batch: what all processes see between two changes of the weights."""
    return spec.batch_size * spec.gradient_accumulation * spec.devices


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
