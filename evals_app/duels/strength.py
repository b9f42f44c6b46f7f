"""How strong versions are by the duels between them: the model of Bradley and Terry, with bootstrap intervals.

The chance that i beats j is s_i / (s_i + s_j) (Bradley & Terry 1952, Biometrika 39:324-345). The strengths are found by
the minorisation-maximisation step s_i <- W_i / sum_j n_ij / (s_i + s_j) (Hunter 2004, Annals of Statistics 32:384-406,
equation 3). A tie is half a win for each.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evals_app.stats import CONFIDENCE, SEED

Floats = NDArray[np.float64]
RESAMPLES = 1_000
STEPS = 2_000
CLOSE = 1e-9
# One more tie between each two that met: without it who won every duel would be infinitely strong. For two players the
# chance is then (w + 1/2) / (n + 1), the Jeffreys prior's mean for a share.
TIE = 0.5


@dataclass(frozen=True)
class Met:
    """One duel: `points` of `first`, 1 won, 0.5 tie, 0 lost. Duels of one `cluster` are about one fact."""

    cluster: str
    first: int
    second: int
    points: float


@dataclass(frozen=True)
class Strength:
    """A player's chance to beat one of middling strength, with its 95 % interval, and what it rests on."""

    player: int
    chance: float
    low: float
    high: float
    won: int
    lost: int
    tied: int


def strengths(duels: Sequence[Met]) -> list[Strength]:
    """The players of these duels, the strongest first. None of them is compared where they never met: see `is_joined`.

    The interval is a percentile bootstrap over clusters: duels about one fact are not independent.
    """
    players = sorted({player for duel in duels for player in (duel.first, duel.second)})
    if not players:
        return []
    by_cluster = cluster_wins(duels, players)
    chances = middling_chances(fit(by_cluster.sum(axis=0)[None]))[0]
    drawn = middling_chances(fit(resample(by_cluster)))
    tails = 100 * (1 - CONFIDENCE) / 2
    lows, highs = np.percentile(drawn, [tails, 100 - tails], axis=0)
    found = [
        Strength(player, float(chances[place]), float(lows[place]), float(highs[place]), *_record(duels, player))
        for place, player in enumerate(players)
    ]
    return sorted(found, key=lambda one: (-one.chance, one.player))


def is_joined(duels: Sequence[Met]) -> bool:
    """Whether every player leads to every other by duels; otherwise their strengths say nothing about each other."""
    groups: list[set[int]] = []
    for duel in duels:
        touched = [group for group in groups if group & {duel.first, duel.second}]
        groups = [group for group in groups if group not in touched]
        groups.append({duel.first, duel.second}.union(*touched))
    return len(groups) <= 1


def cluster_wins(duels: Sequence[Met], players: Sequence[int]) -> Floats:
    """clusters x players x players: the points that the row's player took from the column's."""
    places = {player: place for place, player in enumerate(players)}
    clusters = {name: place for place, name in enumerate(sorted({duel.cluster for duel in duels}))}
    wins = np.zeros((len(clusters), len(players), len(players)))
    for duel in duels:
        cluster, first, second = clusters[duel.cluster], places[duel.first], places[duel.second]
        wins[cluster, first, second] += duel.points
        wins[cluster, second, first] += 1 - duel.points
    return wins


def resample(by_cluster: Floats) -> Floats:
    """RESAMPLES times as many clusters, drawn with replacement: RESAMPLES x players x players."""
    count = len(by_cluster)
    rng = np.random.default_rng(SEED)
    drawn = rng.multinomial(count, np.full(count, 1 / count), size=RESAMPLES).astype(np.float64)
    return np.tensordot(drawn, by_cluster, axes=1)


def fit(wins: Floats) -> Floats:
    """The logarithms of strength, mean 0, of each of several tables of points: tables x players.

    A player without a duel in a table is of middling strength there.
    """
    met = wins + wins.transpose(0, 2, 1)
    wins = wins + TIE * (met > 0)
    met = met + 2 * TIE * (met > 0)
    total = wins.sum(axis=2)
    strength = np.ones_like(total)
    for _ in range(STEPS):
        parts = (met / (strength[:, :, None] + strength[:, None, :])).sum(axis=2)
        found = np.where(parts > 0, total / np.where(parts > 0, parts, 1), 1.0)
        found /= np.exp(np.log(found).mean(axis=1, keepdims=True))
        moved = float(np.abs(np.log(found) - np.log(strength)).max())
        strength = found
        if moved < CLOSE:
            break
    logs: Floats = np.log(strength)
    return logs


def middling_chances(logs: Floats) -> Floats:
    """The chance of each to beat a player whose log strength is 0, the mean."""
    chances: Floats = 1 / (1 + np.exp(-logs))
    return chances


def beats(log_one: float, log_other: float) -> float:
    """The chance that one beats the other."""
    return float(1 / (1 + np.exp(log_other - log_one)))


def _record(duels: Sequence[Met], player: int) -> tuple[int, int, int]:
    points = [duel.points if duel.first == player else 1 - duel.points for duel in duels if player in _both(duel)]
    return points.count(1.0), points.count(0.0), points.count(0.5)


def _both(duel: Met) -> tuple[int, int]:
    return duel.first, duel.second
