"""Strengths by the model of Bradley and Terry: right for two, right by simulation, honest about what never met."""

from __future__ import annotations

import numpy as np
import pytest

from evals_app.duels.strength import Met, beats, fit, is_joined, resample, strengths


def duels(won: int, lost: int, tied: int = 0, one: int = 1, two: int = 2) -> list[Met]:
    points = [1.0] * won + [0.0] * lost + [0.5] * tied
    return [Met(f"fact {place}", one, two, point) for place, point in enumerate(points)]


@pytest.mark.parametrize(("won", "lost", "tied"), [(7, 3, 0), (10, 0, 0), (0, 4, 0), (3, 3, 4), (1, 0, 0)])
def test_for_two_players_the_chance_is_the_closed_form(won: int, lost: int, tied: int) -> None:
    """One more tie than there were: (w + t/2 + 1/2) / (n + 1)."""
    wins = np.array([[[0, won + tied / 2], [lost + tied / 2, 0]]])
    ((one, two),) = fit(wins)
    assert beats(one, two) == pytest.approx((won + tied / 2 + 0.5) / (won + lost + tied + 1))


def test_strengths_are_ordered_and_counted() -> None:
    strong, weak = strengths(duels(won=7, lost=2, tied=1))
    assert (strong.player, strong.won, strong.lost, strong.tied) == (1, 7, 2, 1)
    assert (weak.player, weak.won, weak.lost, weak.tied) == (2, 2, 7, 1)
    assert strong.low < strong.chance < strong.high
    assert weak.chance == pytest.approx(1 - strong.chance)


def test_who_won_everything_is_not_infinitely_strong() -> None:
    strong, _ = strengths(duels(won=3, lost=0))
    assert 0.5 < strong.chance < 0.95


def test_the_order_of_sides_does_not_matter() -> None:
    turned = [Met(duel.cluster, duel.second, duel.first, 1 - duel.points) for duel in duels(6, 3, 1)]
    assert [one.chance for one in strengths(turned)] == pytest.approx([one.chance for one in strengths(duels(6, 3, 1))])


def simulated(true: list[float], count: int, rng: np.random.Generator) -> list[Met]:
    found = []
    for place in range(count):
        one, two = rng.choice(len(true), 2, replace=False)
        chance = beats(true[one], true[two])
        found.append(Met(f"fact {place}", int(one), int(two), float(rng.random() < chance)))
    return found


def test_known_strengths_are_found_again() -> None:
    true = [1.0, 0.3, -0.3, -1.0]
    rng = np.random.default_rng(1)
    found = {one.player: one for one in strengths(simulated(true, 4_000, rng))}
    for player, log in enumerate(true):
        assert found[player].chance == pytest.approx(1 / (1 + np.exp(-log)), abs=0.03)


def test_intervals_cover_the_truth_as_often_as_they_say() -> None:
    """Three versions, 120 duels, 60 times: 180 intervals that should hold 171; so few repetitions allow 90 to 99 %."""
    true = [0.6, 0.0, -0.6]
    rng = np.random.default_rng(65816)
    inside = []
    for _ in range(60):
        for one in strengths(simulated(true, 120, rng)):
            inside.append(one.low <= 1 / (1 + np.exp(-true[one.player])) <= one.high)
    assert 0.90 <= np.mean(inside) <= 0.99


def test_duels_about_one_fact_count_together() -> None:
    """Ten people who judged one pair are not ten pairs: the interval stays wide."""
    apart = strengths(duels(won=16, lost=4))[0]
    together = strengths([Met(f"fact {place // 10}", 1, 2, duel.points) for place, duel in enumerate(duels(16, 4))])[0]
    assert together.high - together.low > apart.high - apart.low


def test_who_never_met_is_not_compared() -> None:
    assert is_joined([*duels(1, 1), *duels(1, 1, one=2, two=3)])
    assert not is_joined([*duels(1, 1), *duels(1, 1, one=3, two=4)])
    assert is_joined([])
    assert strengths([]) == []


def test_the_same_duels_give_the_same_numbers() -> None:
    assert strengths(duels(5, 3)) == strengths(duels(5, 3))
    assert resample(np.ones((5, 2, 2))).sum(axis=(1, 2)) == pytest.approx(20)
