"""From 384 numbers to two: PCA over any number of vectors in little memory, UMAP where it is installed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from importlib.util import find_spec

import numpy as np
import numpy.typing as npt

from datasets_app.maps.errors import UmapNotInstalled
from datasets_app.maps.points import Places
from datasets_app.quality.embedding import Vectors

Project = Callable[[Vectors], Places]
Wide = npt.NDArray[np.float64]


@dataclass
class Moments:
    """How many vectors were seen, their sum, and the sum of their outer products: all that PCA needs of them.

    Therefore it is fitted on every vector, block by block; nothing is drawn at random.
    """

    dimensions: int
    count: int = 0
    total: Wide = field(init=False)
    products: Wide = field(init=False)

    def __post_init__(self) -> None:
        self.total = np.zeros(self.dimensions)
        self.products = np.zeros((self.dimensions, self.dimensions))

    def add(self, vectors: Vectors) -> None:
        """Take some more vectors in."""
        self.count += len(vectors)
        self.total += vectors.sum(axis=0, dtype=np.float64)
        self.products += vectors.T @ vectors

    def axes(self) -> tuple[Wide, Wide, list[float]]:
        """The mean, the two directions of the greatest variance as columns, and each one's share of all variance.

        They are the first eigenvectors of the covariance (Pearson 1901). A direction has no sign of its own: its
        largest component is made positive, so that the same vectors give the same map.
        """
        mean = self.total / self.count
        values, directions = np.linalg.eigh(self.products / self.count - np.outer(mean, mean))
        values, directions = values[::-1].clip(min=0), directions[:, ::-1][:, :2]
        largest = directions[np.abs(directions).argmax(axis=0), [0, 1]]
        all_of_it = float(values.sum()) or 1.0
        return mean, directions * np.where(largest < 0, -1.0, 1.0), [float(one) / all_of_it for one in values[:2]]


def pca(moments: Moments) -> tuple[Project, list[float]]:
    """The projection on the two main axes, and the share of the variance that each shows."""
    mean, directions, shares = moments.axes()

    def project(vectors: Vectors) -> Places:
        places: Places = ((vectors - mean) @ directions).astype(np.float32)
        return places

    return project, shares


def has_umap() -> bool:
    """Whether UMAP is installed in this interpreter, without importing it, which takes seconds."""
    return find_spec("umap") is not None


def umap(vectors: Vectors, seed: int = 0) -> Project:
    """Fit UMAP on these vectors; others are placed among them. Raises `UmapNotInstalled`."""
    if not has_umap():
        raise UmapNotInstalled
    from umap import UMAP  # many seconds of compiling, for jobs alone

    model = UMAP(n_components=2, metric="cosine", n_neighbors=min(15, len(vectors) - 1), random_state=seed)
    model.fit(vectors)

    def project(others: Vectors) -> Places:
        places: Places = np.asarray(model.transform(others), dtype=np.float32)
        return places

    return project
