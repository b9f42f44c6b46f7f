"""PCA from moments: the same as the textbook's, whatever the blocks."""

from __future__ import annotations

import numpy as np
import pytest

from datasets_app.maps.making import draw
from datasets_app.maps.projecting import Moments, has_umap, pca, umap
from datasets_app.quality.embedding import Vectors
from datasets_app.quality.vectors import Block


def some_vectors(count: int = 500, dimensions: int = 12) -> Vectors:
    dice = np.random.default_rng(1)
    spread = dice.normal(size=(count, dimensions)) * np.linspace(5, 0.1, dimensions)
    return (spread + 3).astype(np.float32)


def fitted(vectors: Vectors, size: int) -> Moments:
    moments = Moments(vectors.shape[1])
    for start in range(0, len(vectors), size):
        moments.add(vectors[start : start + size])
    return moments


@pytest.mark.parametrize("size", [500, 7])
def test_it_is_the_projection_that_scikit_learn_finds(size: int) -> None:
    from sklearn.decomposition import PCA

    vectors = some_vectors()
    project, shares = pca(fitted(vectors, size))
    theirs = PCA(n_components=2, svd_solver="full").fit(vectors)
    assert np.allclose(np.abs(project(vectors)), np.abs(theirs.transform(vectors)), atol=1e-3)
    assert np.allclose(shares, theirs.explained_variance_ratio_, atol=1e-4)


def test_the_same_vectors_give_the_same_map_in_any_order() -> None:
    vectors = some_vectors()
    project, _ = pca(fitted(vectors, 100))
    again, _ = pca(fitted(vectors[::-1].copy(), 33))
    assert np.allclose(project(vectors), again(vectors), atol=1e-2)


def test_vectors_that_are_all_the_same_lie_on_one_place() -> None:
    vectors = np.ones((5, 12), dtype=np.float32)
    project, shares = pca(fitted(vectors, 5))
    assert np.allclose(project(vectors), 0)
    assert shares == [0.0, 0.0]


def test_a_draw_takes_so_many_from_everywhere_and_the_same_again() -> None:
    vectors = some_vectors(1000)
    ids = np.arange(100)

    def blocks() -> list[Block]:
        return [Block(ids, ids, vectors[start : start + 100]) for start in range(0, 1000, 100)]

    drawn = draw(iter(blocks()), 200)
    places = [int(np.flatnonzero((vectors == one).all(axis=1))[0]) for one in drawn]
    assert len(set(places)) == 200
    assert np.histogram(places, bins=4, range=(0, 1000))[0].min() > 30
    assert (draw(iter(blocks()), 200) == drawn).all()


@pytest.mark.skipif(not has_umap(), reason="umap-learn is not installed: pip install afsweb[umap]")
def test_umap_keeps_two_heaps_apart() -> None:
    dice = np.random.default_rng(2)
    heaps = [dice.normal(size=(60, 12)) + np.eye(12)[place] * 20 for place in (0, 1)]
    vectors = np.concatenate(heaps).astype(np.float32)
    places = umap(vectors[::2])(vectors)
    first, second = places[:60], places[60:]
    apart = np.linalg.norm(first.mean(axis=0) - second.mean(axis=0))
    assert apart > 2 * max(np.linalg.norm(one - one.mean(axis=0), axis=1).mean() for one in (first, second))
