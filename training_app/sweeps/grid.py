"""The points of a sweep: which settings take which values, and what each point's settings are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from typing import Any

from pydantic import ValidationError

from training_app.backends.params import TrainingParams, problems
from training_app.errors import BadSettings, SweepIsEmpty, SweepTooLarge

MOST = 64
AXES = {"learning_rate": "learning rate", "rank": "rank", "epochs": "epochs"}

Grid = Mapping[str, Sequence[float]]


def read_values(text: str, kind: type[int] | type[float]) -> list[float]:
    """The numbers in “1e-4, 2e-4 5e-4”, each once, in their order. Raises ValueError."""
    return list(dict.fromkeys(kind(word) for word in text.replace(",", " ").split()))


def check_grid(grid: Grid) -> None:
    """Raise SweepIsEmpty of fewer than two points, SweepTooLarge of more than MOST."""
    count = count_points(grid)
    if count < 2:
        raise SweepIsEmpty
    if count > MOST:
        raise SweepTooLarge(count=f"{count:,}", most=MOST)


def count_points(grid: Grid) -> int:
    """How many points it has: the product of the numbers of values; 0 without any axis."""
    count = 1
    for values in grid.values():
        count *= len(values)
    return count if grid else 0


def points_of(grid: Grid) -> Iterator[dict[str, float]]:
    """Each point as setting -> value; the last axis changes first."""
    for values in product(*grid.values()):
        yield dict(zip(grid, values, strict=True))


def params_at(params: Mapping[str, Any], point: Mapping[str, float]) -> dict[str, Any]:
    """The recipe's settings at a point. Raises BadSettings, which names the point.

    Alpha keeps its ratio to the rank, so that ranks differ in width and not in scale; epochs go before steps.
    """
    changed: dict[str, Any] = {**params, **point}
    if "rank" in point:
        changed["alpha"] = max(1, round(params["alpha"] * point["rank"] / params["rank"]))
    if "epochs" in point:
        changed["max_steps"] = None
    try:
        return TrainingParams(**changed).model_dump(mode="json")
    except ValidationError as error:
        wrong = "; ".join(f"{name} {what}" for name, what in problems(error).items())
        raise BadSettings(problems=f"at {said(point)}: {wrong}") from None


def axes_of(grid: Grid) -> list[str]:
    """The settings that vary, in the order in which people read them: the database keeps none."""
    return [name for name in AXES if name in grid]


def said(point: Mapping[str, Any]) -> str:
    """A point in words: learning rate 0.0002, rank 16."""
    return ", ".join(f"{AXES[name]} {value:g}" for name, value in point.items())
