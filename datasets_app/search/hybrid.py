"""Search by words and by meaning at once: the best of each, fused by rank. Filters hold inside both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL
from pgvector import HalfVector

from datasets_app.models import Embedder, Embedding, Sample, SampleVersion
from datasets_app.quality.embedding import default_embedder, embed
from datasets_app.search.conditions import FEW, expected_rows, full_text, narrow, without_rows_of_hyphens

SIMILARITY = frozenset({"near", "like"})
CANDIDATES = 1_000
"""How many of the best by words, and of the best by meaning, are fused."""
RANKED, LOOKED = CANDIDATES, 3_000
"""Of how many of the newest samples with the words the best are taken: to rank one, its whole text's words are read.
And of how many of the newest texts with the words it is asked whether the filters let them pass."""
COMPARED = 4_000
"""Up to how many samples each is compared with the query; above, the index finds the nearest."""
FEWEST, ALL = 20, 2**31
WIDTH, SCANNED = 800, 10_000
"""How many candidates the index holds while it looks, and how many it looks at: more find more, and take longer."""
K = 60
"""The constant of reciprocal rank fusion."""
Narrowed = tuple[str, tuple[Any, ...]]
"""The SQL of the keys of samples and of their current versions, with its parameters."""
BY_LENGTH = 1
"""The normalisation of ts_rank that divides by 1 + the logarithm of a text's length."""


@dataclass(frozen=True)
class Found:
    """The keys of the samples that were found, best first; how many by words, by meaning, by both.

    `newest`: so many hold the words that only these newest were looked at; 0 where all of them were.
    """

    ids: list[int]
    by_words: int
    by_meaning: int
    by_both: int
    newest: int = 0

    def sentence(self) -> str:
        """What was looked at, for the page: a search by rank does not see everything."""
        newest = f" Of those with all the words, the newest {self.newest:,} were ranked." if self.newest else ""
        return (
            f"{len(self.ids):,} among the best {CANDIDATES:,} by words and the best {CANDIDATES:,} by meaning;"
            f" {self.by_both:,} found by both.{newest}"
        )


def find_candidates(wanted: dict[str, Any]) -> Found:
    """The samples most like the text `like` or the sample `near`, among those that the other filters leave.

    Two legs of CANDIDATES at most: those with all the words of the text, or of the sample's instruction, best first;
    and those with the nearest vectors. With both given, the words are the text's and the vector is the sample's. A
    sample is no answer to itself.
    """
    samples, embedder = narrow(Sample.objects.filter(current__isnull=False), wanted), default_embedder()
    if "near" in wanted:
        samples = samples.exclude(pk=wanted["near"].pk)
    text = wanted["like"] if "like" in wanted else wanted["near"].current.instruction
    vector = _vector(embedder, wanted)
    with transaction.atomic():
        texts, passing = expected_rows(SampleVersion.objects.filter(search=full_text(text)), samples)
        words, newest = best_by_words(samples, text, texts)
        meaning = best_by_meaning(samples, embedder, vector, passing) if vector is not None else []
    return fuse(words, meaning, newest=newest)


def fuse(words: Sequence[int], meaning: Sequence[int], *, newest: int = 0) -> Found:
    """Both lists as one, by the sum of 1 / (K + rank) over the lists that a key is in, ranks from 1.

    G. Cormack, C. Clarke, S. Büttcher, "Reciprocal rank fusion outperforms Condorcet and individual rank learning
    methods", SIGIR 2009, with their K of 60. Of equals the newest comes first.
    """
    points: dict[int, float] = {}
    for leg in (words, meaning):
        for rank, key in enumerate(leg, 1):
            points[key] = points.get(key, 0.0) + 1 / (K + rank)
    ids = sorted(points, key=lambda key: (-points[key], -key))
    return Found(ids, len(words), len(meaning), len(words) + len(meaning) - len(points), newest)


def best_by_words(samples: QuerySet[Sample], words: str, expected: int) -> tuple[list[int], int]:
    """Keys of the best CANDIDATES of those of `samples` that hold all of `words`, by Postgres' rank.

    Ranked are the newest RANKED of them, from the newest LOOKED texts with the words; the second answer is the smaller
    of these numbers that was reached, or 0. Where more than FEW texts hold the words, Postgres reads on from the newest
    sample until RANKED have them. `expected`: how many texts hold them by Postgres' statistics, which may be wrong.
    """
    if expected <= FEW:
        held, ranked, ids = _rank(samples.filter(current__in=RawSQL("SELECT id FROM latest", [])), words, FEW + 1)
        if held <= FEW:
            return ids, RANKED if ranked >= RANKED else LOOKED if held > LOOKED else 0
    _, ranked, ids = _rank(samples.filter(current__search=full_text(words)), words, 0)
    return ids, RANKED if ranked >= RANKED else 0


def _rank(samples: QuerySet[Sample], words: str, texts: int) -> tuple[int, int, list[int]]:
    """How many texts hold the words, `texts` at most; how many samples were ranked; and the best of these.

    `samples` may ask for `latest`: the keys of the newest of these texts.
    """
    newest, params = samples.order_by("-pk").values("pk", "current__search")[:RANKED].query.sql_with_params()
    plain, query = without_rows_of_hyphens(words), "websearch_to_tsquery('simple', %s)"
    with connection.cursor() as cursor:
        cursor.execute(
            f"""WITH texts (id) AS MATERIALIZED (
                    SELECT id FROM datasets_sampleversion WHERE search @@ {query} LIMIT {texts}),
                latest (id) AS MATERIALIZED (SELECT id FROM texts ORDER BY id DESC LIMIT {LOOKED}),
                newest (id, search) AS MATERIALIZED ({newest})
                SELECT (SELECT count(*) FROM texts), (SELECT count(*) FROM newest), ARRAY(
                    SELECT id FROM newest ORDER BY ts_rank(search, {query}, {BY_LENGTH}) DESC, id DESC
                    LIMIT {CANDIDATES})""",
            [plain, *params, plain],
        )
        held, ranked, ids = cursor.fetchone()
    return held, ranked, list(ids)


def best_by_meaning(samples: QuerySet[Sample], embedder: Embedder, vector: HalfVector, expected: int) -> list[int]:
    """Keys of those of `samples` whose vectors are nearest to `vector`, nearest first; CANDIDATES at most.

    Up to COMPARED samples are compared one by one, which is exact; whether there are so few, Postgres' statistics say
    (`expected`), and where they were wrong the looking does. Among more, the index walks on until enough have passed
    the filters or it has seen SCANNED (pgvector 0.8, iterative scans); where it gives up before FEWEST, those that pass
    lie far from the query, and all are compared. Call it in a transaction.
    """
    narrowed = samples.order_by().values("pk", "current_id").query.sql_with_params()
    ids = _compare(narrowed, embedder, vector, COMPARED) if expected <= COMPARED else None
    if ids is not None:
        return ids
    ids = _ask_index(narrowed, embedder, vector)
    return ids if len(ids) >= FEWEST else _compare(narrowed, embedder, vector, ALL) or []


def _compare(narrowed: Narrowed, embedder: Embedder, vector: HalfVector, most: int) -> list[int] | None:
    """The nearest by looking at each, never at the index; None when there are more samples than `most`."""
    sql, params = narrowed
    with connection.cursor() as cursor:
        cursor.execute(
            f"""WITH few (id, version) AS MATERIALIZED ({sql} LIMIT {most + 1}),
                compared AS MATERIALIZED (
                    SELECT few.id, e.vector <=> %s::halfvec AS distance
                    FROM few JOIN datasets_embedding AS e ON e.version_id = few.version
                    WHERE (SELECT count(*) FROM few) <= {most} AND e.embedder_id = %s)
                SELECT (SELECT count(*) FROM few) <= {most},
                       ARRAY(SELECT id FROM compared ORDER BY distance, id DESC LIMIT {CANDIDATES})""",
            [*params, vector.to_text(), embedder.pk],
        )
        are_few, ids = cursor.fetchone()
    return list(ids) if are_few else None


def _ask_index(narrowed: Narrowed, embedder: Embedder, vector: HalfVector) -> list[int]:
    """The nearest as the index finds them, which may miss a few, or many when few of its neighbours pass.

    Without sorting, because Postgres does not know when the index gives up: where it expects few to pass, it would
    rather read all vectors and sort them. The last statement lets it sort again, for what follows in the transaction.
    """
    sql, params = narrowed
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT set_config('hnsw.iterative_scan', 'relaxed_order', true),
                      set_config('hnsw.ef_search', %s, true), set_config('hnsw.max_scan_tuples', %s, true),
                      set_config('enable_sort', 'off', true)""",
            [str(WIDTH), str(SCANNED)],
        )
        cursor.execute(
            f"""WITH near AS MATERIALIZED (
                    SELECT narrowed.id, e.vector <=> %s::halfvec AS distance
                    FROM datasets_embedding AS e
                    JOIN ({sql}) AS narrowed (id, version) ON narrowed.version = e.version_id
                    WHERE e.embedder_id = %s
                    ORDER BY e.vector <=> %s::halfvec LIMIT {CANDIDATES})
                SELECT ARRAY(SELECT id FROM near ORDER BY distance, id DESC), set_config('enable_sort', 'on', true)""",
            [vector.to_text(), *params, embedder.pk, vector.to_text()],
        )
        ids, _ = cursor.fetchone()
    return list(ids)


def _vector(embedder: Embedder, wanted: dict[str, Any]) -> HalfVector | None:
    """The vector of the sample, or of the text; None where there is none yet, or nothing in the text to hash."""
    if "near" in wanted:
        stored = Embedding.objects.filter(embedder=embedder, version=wanted["near"].current_id).first()
        return HalfVector(stored.vector) if stored else None
    (made,) = embed(embedder, [wanted["like"]])
    return HalfVector(made) if made.any() else None
