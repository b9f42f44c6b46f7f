"""Curves from the table of metrics: Postgres packs each into one value, which numpy reads as it is.

A quarter of a million points come in a fraction of a second this way; one row for each of them took three.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np
from django.db import connection
from psycopg import sql

if TYPE_CHECKING:
    from numpy.typing import NDArray

POINT = np.dtype([("step", ">i4"), ("value", ">f8")])  # as Postgres's send functions write them
STATEMENT = sql.SQL(
    "COPY (SELECT run_id, is_validation, string_agg(int4send(step) || float8send({column}), '') FROM training_metric "
    "WHERE run_id IN ({runs}) AND {column} IS NOT NULL GROUP BY run_id, is_validation) TO STDOUT (FORMAT BINARY)"
)


class Measure(StrEnum):
    """What of a step a curve shows; each is a column of the table of metrics."""

    LOSS = "loss"
    ACCURACY = "accuracy"
    LEARNING_RATE = "learning_rate"
    GRADIENT = "grad_norm"
    SPEED = "tokens_per_second"


@dataclass(frozen=True)
class Curve:
    """Values by optimizer step, in the order of their steps; both arrays are of shape (n,), n may be 0."""

    steps: NDArray[np.int64]
    values: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.steps)

    def after(self, step: int) -> Curve:
        """What came later than `step`."""
        later = self.steps > step
        return Curve(self.steps[later], self.values[later])


@dataclass(frozen=True)
class Curves:
    """One run's figures in training and in validation."""

    train: Curve
    validation: Curve


NOTHING = Curve(np.empty(0, np.int64), np.empty(0, np.float64))


def read_curves(run_ids: Collection[int], measure: Measure = Measure.LOSS) -> dict[int, Curves]:
    """The curves of each run, by its key; empty ones for a run that has no figures. One statement."""
    read = _read(run_ids, measure) if run_ids else {}
    return {key: Curves(read.get((key, False), NOTHING), read.get((key, True), NOTHING)) for key in run_ids}


def _read(run_ids: Collection[int], measure: Measure) -> dict[tuple[int, bool], Curve]:
    """(run, is validation) -> curve."""
    runs = sql.SQL(", ").join(map(sql.Literal, run_ids))
    statement = STATEMENT.format(column=sql.Identifier(measure.value), runs=runs)
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        copy.set_types(["int8", "bool", "bytea"])
        return {(run, is_validation): _curve(packed) for run, is_validation, packed in copy.rows()}


def _curve(packed: bytes) -> Curve:
    points = np.frombuffer(packed, POINT)
    points = points[np.argsort(points["step"])]
    return Curve(points["step"].astype(np.int64), points["value"].astype(np.float64))
