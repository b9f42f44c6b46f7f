"""The nearest by meaning, under filters: what the index finds is what comparing every vector finds."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from django.db import connection, transaction
from pgvector import HalfVector

from datasets_app.models import DIMENSIONS, Embedder, Sample, SampleState, Text
from datasets_app.quality.embedding import Vectors
from datasets_app.quality.vectors import save_vectors
from datasets_app.samples.adding import NewSample, add_samples
from datasets_app.search import hybrid
from datasets_app.search.conditions import expected_rows, narrow
from datasets_app.search.hybrid import best_by_meaning
from tests.review.making import make_source

pytestmark = pytest.mark.django_db
COUNT, CENTRES, QUERIES, SHOWN = 4_000, 50, 10, 20
WANTED: list[dict[str, Any]] = [{}, {"kind": "rare"}, {"kind": "common", "state": SampleState.PENDING}]


@pytest.fixture
def embedder(db: None) -> Embedder:
    return Embedder.objects.get(is_default=True)


def add_crowd(embedder: Embedder, count: int) -> dict[int, Vectors]:
    """`count` samples around a few centres that lie near each other, as texts about one subject do: key -> vector.

    Every twentieth is of the kind "rare".
    """
    kinds = ["rare" if number % 20 == 0 else "common" for number in range(count)]
    samples = add_samples(make_source(), [NewSample(Text(f"q{n}", "", "a"), kind=kind) for n, kind in enumerate(kinds)])
    draw = np.random.default_rng(5)
    centres = draw.normal(size=(CENTRES, DIMENSIONS)) + 2 * draw.normal(size=DIMENSIONS)
    vectors = centres[draw.integers(CENTRES, size=count)] + 0.5 * draw.normal(size=(count, DIMENSIONS))
    vectors = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    save_vectors(embedder, [sample.current_id or 0 for sample in samples], vectors)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE datasets_sample, datasets_sampleversion, datasets_embedding")
    return {sample.pk: vector for sample, vector in zip(samples, vectors, strict=True)}


def found(embedder: Embedder, vector: Vectors, wanted: dict[str, Any]) -> list[int]:
    """What the search finds by meaning."""
    samples = narrow(Sample.objects.all(), wanted)
    with transaction.atomic():
        return best_by_meaning(samples, embedder, HalfVector(vector), *expected_rows(samples))


def nearest(crowd: dict[int, Vectors], vector: Vectors, wanted: dict[str, Any]) -> list[int]:
    """The nearest samples by multiplying the query with every vector."""
    keys = list(narrow(Sample.objects.all(), wanted).values_list("pk", flat=True))
    cosines = np.stack([crowd[key] for key in keys]) @ vector
    return [keys[place] for place in np.argsort(-cosines)[:SHOWN]]


def test_of_the_twenty_nearest_that_pass_hardly_one_is_missed(
    embedder: Embedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    crowd = add_crowd(embedder, COUNT)
    queries = list(crowd.values())[:: COUNT // QUERIES]
    for compared in (0, hybrid.COMPARED):
        monkeypatch.setattr(hybrid, "COMPARED", compared)
        for wanted in WANTED:
            hits = sum(
                len(set(found(embedder, query, wanted)[:SHOWN]) & set(nearest(crowd, query, wanted)))
                for query in queries
            )
            assert hits / (QUERIES * SHOWN) >= 0.95, (compared, wanted)


def test_those_that_pass_are_found_though_nothing_near_does(
    embedder: Embedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The index gives up when nothing that it meets passes; then each is compared."""
    monkeypatch.setattr(hybrid, "COMPARED", 0)
    crowd = add_crowd(embedder, 600)
    far = list(crowd)[:3]
    Sample.objects.filter(pk__in=far).update(kind="far")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL hnsw.max_scan_tuples = 100")
    assert sorted(found(embedder, -crowd[far[0]], {"kind": "far"})) == far


def test_the_settings_of_the_search_end_with_its_transaction(embedder: Embedder) -> None:
    crowd = add_crowd(embedder, 3)
    with connection.cursor() as cursor:
        found(embedder, next(iter(crowd.values())), {})
        cursor.execute("SHOW hnsw.ef_search")
        assert cursor.fetchone() == ("200",)


def test_what_follows_in_the_transaction_may_sort_again(embedder: Embedder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hybrid, "COMPARED", 0)
    monkeypatch.setattr(hybrid, "FEWEST", 0)
    (vector, *_) = add_crowd(embedder, 3).values()
    with transaction.atomic(), connection.cursor() as cursor:
        assert len(best_by_meaning(narrow(Sample.objects.all(), {}), embedder, HalfVector(vector), 3)) == 3
        cursor.execute("SHOW enable_sort")
        assert cursor.fetchone() == ("on",)
