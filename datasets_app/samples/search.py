"""Search by words and by meaning at once: the best of each, fused by rank. Filters hold inside both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.db.models import QuerySet
from pgvector import HalfVector

from datasets_app.models import Embedder, Embedding, Sample
from datasets_app.quality.embedding import default_embedder, embed
from datasets_app.samples.conditions import full_text, narrow

SIMILARITY = frozenset({"near", "like"})
CANDIDATES = 1_000
"""How many of the best by words, and of the best by meaning, are fused."""
RANKED = 2_000
"""Of how many of the newest samples with the words the best are taken: to rank one, its whole text's words are read."""
COMPARED = 20_000
"""Up to how many samples each is compared with the query; above, the index finds the nearest."""
K = 60
"""The constant of reciprocal rank fusion."""


@dataclass(frozen=True)
class Found:
    """The keys of the samples that were found, best first; how many by words, by meaning, by both."""

    ids: list[int]
    by_words: int
    by_meaning: int
    by_both: int

    def sentence(self) -> str:
        """What was looked at, for the page: a search by rank never sees everything."""
        return (
            f"Among the best {CANDIDATES:,} by words ({self.by_words:,} found, of the newest {RANKED:,} that hold them all)"
            f" and the best {CANDIDATES:,} by meaning ({self.by_meaning:,} found); {self.by_both:,} found by both."
        )


def find_candidates(wanted: dict[str, Any]) -> Found:
    """The samples most like the text `like` or the sample `near`, among those that the other filters leave.

    Two legs of CANDIDATES at most: those with all the words of the text, best first, and those with the nearest
    vectors. A sample is no answer to itself.
    """
    samples = narrow(Sample.objects.filter(current__isnull=False), wanted)
    embedder = default_embedder()
    if "near" in wanted:
        samples = samples.exclude(pk=wanted["near"].pk)
    texts = [wanted["like"]] if "like" in wanted else [wanted["near"].current.instruction]
    with transaction.atomic():
        words = best_by_words(samples, texts[0])
        vector = _vector(embedder, wanted)
        meaning = best_by_meaning(samples, embedder, vector) if vector is not None else []
    return fuse(words, meaning)


def fuse(words: Sequence[int], meaning: Sequence[int]) -> Found:
    """Both lists as one, by the sum of 1 / (K + rank) over the lists that a key is in, ranks from 1.

    G. Cormack, C. Clarke, S. Büttcher, "Reciprocal rank fusion outperforms Condorcet and individual rank learning
    methods", SIGIR 2009, with their K of 60. Of equals the newest comes first.
    """
    points: dict[int, float] = {}
    for leg in (words, meaning):
        for rank, key in enumerate(leg, 1):
            points[key] = points.get(key, 0.0) + 1 / (K + rank)
    ids = sorted(points, key=lambda key: (-points[key], -key))
    return Found(ids, len(words), len(meaning), len(words) + len(meaning) - len(points))


def best_by_words(samples: QuerySet[Sample], words: str) -> list[int]:
    """Keys of the best CANDIDATES of those of `samples` that hold all of `words`, by Postgres' rank.

    Ranked are the newest RANKED of them.
    """
    query = full_text(words)
    newest = samples.filter(current__search=query).order_by("-pk").values("pk", "current__search")[:RANKED]
    inner, params = newest.query.sql_with_params()
    ranked, asked = "ts_rank(search, websearch_to_tsquery('simple', %s), 1)", [words]
    return _keys(
        f"""WITH newest (id, search) AS MATERIALIZED ({inner})
            SELECT id FROM newest ORDER BY {ranked} DESC, id DESC LIMIT {CANDIDATES}""",
        [*params, *asked],
    )


def best_by_meaning(samples: QuerySet[Sample], embedder: Embedder, vector: HalfVector) -> list[int]:
    """Keys of those of `samples` whose vectors are nearest to `vector`, nearest first; CANDIDATES at most.

    Up to COMPARED samples are compared one by one, which is exact. Among more, the index walks on until it has found
    enough that pass the filters (pgvector 0.8, iterative scans). Call it in a transaction.
    """
    inner, params = samples.order_by().values("pk", "current_id").query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(
            f"""WITH few (id, version) AS MATERIALIZED ({inner} LIMIT {COMPARED + 1})
                SELECT (SELECT count(*) FROM few) <= {COMPARED}, ARRAY(
                    SELECT few.id FROM few JOIN datasets_embedding AS e ON e.version_id = few.version
                    WHERE (SELECT count(*) FROM few) <= {COMPARED} AND e.embedder_id = %s
                    ORDER BY e.vector <=> %s::halfvec, few.id DESC LIMIT {CANDIDATES})""",
            [*params, embedder.pk, vector.to_text()],
        )
        are_few, ids = cursor.fetchone()
        if are_few:
            return list(ids)
        cursor.execute("SET LOCAL hnsw.iterative_scan = relaxed_order")
        cursor.execute("SET LOCAL hnsw.ef_search = 400")
    return _keys(
        f"""WITH near AS MATERIALIZED (
                SELECT narrowed.id, e.vector <=> %s::halfvec AS distance
                FROM datasets_embedding AS e JOIN ({inner}) AS narrowed (id, version) ON narrowed.version = e.version_id
                WHERE e.embedder_id = %s
                ORDER BY e.vector <=> %s::halfvec LIMIT {CANDIDATES})
            SELECT id FROM near ORDER BY distance, id DESC""",
        [vector.to_text(), *params, embedder.pk, vector.to_text()],
    )


def _vector(embedder: Embedder, wanted: dict[str, Any]) -> HalfVector | None:
    """The vector of the text, or of the sample; None where there is none yet, or nothing in the text to hash."""
    if "like" in wanted:
        (made,) = embed(embedder, [wanted["like"]])
        return HalfVector(made) if made.any() else None
    stored = Embedding.objects.filter(embedder=embedder, version=wanted["near"].current_id)
    return stored.values_list("vector", flat=True).first()


def _keys(sql: str, params: Sequence[Any]) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return [row[0] for row in cursor.fetchall()]
