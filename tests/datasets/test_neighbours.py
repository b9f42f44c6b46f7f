"""Nearest neighbours and what hangs together: the same as by looking at every pair."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from datasets_app.quality.components import Components
from datasets_app.quality.neighbours import find_neighbours
from datasets_app.quality.vectors import Block

COUNT, SIZE = 60, 12


def block(rows: slice = slice(None)) -> Block:
    """Some vectors in 20 groups, every fifth nearly the one before it."""
    random = np.random.default_rng(7)
    vectors = random.normal(size=(COUNT, SIZE)).astype(np.float32)
    vectors[5::5] = vectors[4:-1:5] + random.normal(scale=0.01, size=vectors[5::5].shape)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return Block(np.arange(100, 100 + COUNT)[rows], (np.arange(COUNT) // 3)[rows], vectors[rows])


def test_the_nearest_of_another_group_is_found() -> None:
    whole = block()
    found = find_neighbours(whole, [block(slice(0, 25)), block(slice(25, None))], 0.99).nearest
    for row in range(COUNT):
        others = [other for other in range(COUNT) if whole.groups[other] != whole.groups[row]]
        best = max(others, key=lambda other: whole.vectors[row] @ whole.vectors[other])
        assert found[100 + row].sample == 100 + best
        assert abs(found[100 + row].cosine - whole.vectors[row] @ whole.vectors[best]) < 1e-5


def test_duplicates_are_those_at_the_bound_in_other_groups() -> None:
    whole = block()
    roots = find_neighbours(whole, [whole], 0.99).duplicates.roots()
    expected = {100 + row: 99 + row for row in range(5, COUNT, 5) if whole.groups[row] != whole.groups[row - 1]}
    assert {sample: root for sample, root in roots.items() if sample != root} == expected


def test_a_sample_alone_has_no_neighbour() -> None:
    alone = block(slice(0, 2))
    found = find_neighbours(alone, [alone], 0.5)
    assert found.nearest == {}
    assert found.duplicates.roots() == {}


def test_ten_thousand_equal_texts_are_one_set() -> None:
    ids = np.arange(10_000)
    components = Components()
    for start in range(0, 10_000, 1000):
        rows = ids[start : start + 1000]
        components.link(np.repeat(rows, 100), np.tile(ids[:100], 1000))
    assert set(components.roots().values()) == {0}


@settings(max_examples=100)
@given(st.lists(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), max_size=10), max_size=4))
def test_components_are_those_of_walking_the_links(rounds: list[list[tuple[int, int]]]) -> None:
    components = Components()
    for pairs in rounds:
        components.link_pairs(pairs)
    sets: list[set[int]] = []
    for pair in (pair for pairs in rounds for pair in pairs):
        touched = [one for one in sets if one & set(pair)]
        sets = [one for one in sets if one not in touched] + [set(pair).union(*touched)]
    assert components.roots() == {one: min(group) for group in sets for one in group}
