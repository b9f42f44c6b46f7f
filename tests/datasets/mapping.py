"""Samples with vectors, and maps of them, made without a model."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from afsweb.core.artifacts import store_artifact
from afsweb.core.models import ArtifactKind, User, WorkState
from datasets_app.maps.points import Points, save_points
from datasets_app.models import DIMENSIONS, Domain, EmbeddingMap, Sample, Source, Text
from datasets_app.quality.embedding import Vectors, default_embedder
from datasets_app.quality.vectors import save_vectors
from datasets_app.samples.adding import NewSample, add_samples

Place = tuple[float, float]


def add_numbered(source: Source, count: int, *, kind: str = "fact") -> list[Sample]:
    """Pending samples, told apart by the number in their text."""
    texts = [Text(f"What does step {number} do?", "", f"It is step {number}.") for number in range(count)]
    return add_samples(source, [NewSample(text, kind=kind) for text in texts])


def give_vectors(samples: Sequence[Sample], vectors: Vectors) -> None:
    """A vector for each sample's current version."""
    save_vectors(default_embedder(), [sample.current_id or 0 for sample in samples], vectors)


def vectors_at(places: Sequence[Place]) -> Vectors:
    """Vectors of which two numbers differ: those of `places`."""
    vectors = np.zeros((len(places), DIMENSIONS), dtype=np.float32)
    vectors[:, [3, 5]] = places
    return vectors


def map_of(samples: Sequence[Sample], places: Sequence[Place], by: User | None = None) -> EmbeddingMap:
    """A map that is made, with each sample at its place; the samples in the order of their keys."""
    points = Points(np.array([one.pk for one in samples], dtype=np.int64), np.array(places, dtype=np.float32))
    with tempfile.TemporaryDirectory() as folder:
        save_points(points, Path(folder))
        artifact = store_artifact(ArtifactKind.MAP, "map", Path(folder))
    return EmbeddingMap.objects.create(
        domain=Domain.objects.get(slug="asm65816"),
        embedder=default_embedder(),
        state=WorkState.SUCCEEDED,
        count=len(samples),
        artifact=artifact,
        created_by=by,
    )
