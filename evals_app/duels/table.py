"""What all duels of a suite come to: how strong each version is, and whether people favour a side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from evals_app.duels.strength import Met, Strength, is_joined, strengths
from evals_app.models import Duel, Suite, Winner
from evals_app.stats.intervals import wilson
from training_app.models import ModelVersion

# What the left one took.
POINTS = {Winner.LEFT: 1.0, Winner.RIGHT: 0.0, Winner.BOTH: 0.5, Winner.NEITHER: 0.5}


@dataclass(frozen=True)
class Side:
    """How often the left one was picked, of those where one was: `left` of `picked`, with Wilson's 95 % interval."""

    left: int
    picked: int
    low: float
    high: float

    @property
    def share(self) -> float:
        return self.left / self.picked

    @property
    def is_favoured(self) -> bool:
        """Whether one side is picked more often than chance explains. Sides are drawn, so it harms no version."""
        return not self.low <= 0.5 <= self.high


@dataclass(frozen=True)
class Ranked:
    """A version with its strength."""

    version: ModelVersion
    strength: Strength


@dataclass(frozen=True)
class DuelTable:
    """The versions, strongest first; `is_joined` says whether duels lead from each to each."""

    ranked: list[Ranked]
    duels: int
    people: int
    same: int
    neither: int
    side: Side | None
    seconds: float | None
    is_joined: bool


def suite_table(suite: Suite) -> DuelTable:
    """Over every duel between answers to the suite's cases, whichever comparison they were picked in. Two queries."""
    return table_of(Duel.objects.filter(left__run__suite__sha256=suite.sha256))


def table_of(duels: QuerySet[Duel]) -> DuelTable:
    """Over these duels, as far as they were decided. Two queries."""
    told = ("left__case__cluster", "left__run__version", "right__run__version", "winner", "by", "seconds")
    rows = list(duels.exclude(winner="").order_by("pk").values_list(*told))
    met = [
        Met(cluster, left, right, POINTS[Winner(winner)]) for cluster, left, right, winner, *_ in rows if left != right
    ]
    versions = ModelVersion.objects.in_bulk({player for duel in met for player in (duel.first, duel.second)})
    winners = [winner for *_, winner, _, _ in rows]
    return DuelTable(
        ranked=_ranked(met, versions),
        duels=len(rows),
        people=len({by for *_, by, _ in rows}),
        same=winners.count(Winner.BOTH),
        neither=winners.count(Winner.NEITHER),
        side=side_of(winners.count(Winner.LEFT), winners.count(Winner.RIGHT)),
        seconds=_median([seconds for *_, seconds in rows if seconds is not None]),
        is_joined=is_joined(met),
    )


def side_of(left: int, right: int) -> Side | None:
    """Whether people favour a side; None where nobody picked one."""
    picked = left + right
    return Side(left, picked, *wilson(left, picked)) if picked else None


def _ranked(met: Sequence[Met], versions: Mapping[int, ModelVersion]) -> list[Ranked]:
    return [Ranked(versions[one.player], one) for one in strengths(met)]


def _median(values: Sequence[float]) -> float | None:
    ordered = sorted(values)
    middle = len(ordered) // 2
    if not ordered:
        return None
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2
