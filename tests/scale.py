"""A table of samples as large as a benchmark asks for: texts of 0.7 to 4 KB, verdicts, scores, tags, vectors."""

from __future__ import annotations

import random
from collections.abc import Generator, Iterator
from contextlib import contextmanager

import numpy as np
from django.db import connection

from afsweb.core.models import Role, User
from datasets_app.domains.base import get_domain
from datasets_app.models import DIMENSIONS, Domain, GateVersion, Source, SourceKind, SourceState
from datasets_app.quality.embedding import Vectors, default_embedder
from datasets_app.quality.vectors import save_vectors

RARE, COMMON = 2_000, 100
SENTENCES, SUBJECTS, FEWEST, MOST = 2_000, 50, 8, 46
BATCH = 5_000
LARGE_INDEXES = {
    "version_search": "CREATE INDEX version_search ON datasets_sampleversion USING gin (search)",
    "embedding_near": """CREATE INDEX embedding_near ON datasets_embedding
                         USING hnsw (vector halfvec_cosine_ops) WITH (m = 16, ef_construction = 64)""",
}


def fill_samples(count: int, *, vectors: int = 0) -> None:
    """Add `count` examined samples of a few domains to a fresh database, the newest `vectors` of them with a vector.

    Every text has one of RARE rare words and one of COMMON common ones. Tags, assignment and disputes are on a few.
    """
    with without_large_indexes():
        _add_samples(count)
        for start, texts in _texts(count, vectors):
            _add_versions(start, [text for text, _ in texts])
            made = [(start + place, vector) for place, (_, vector) in enumerate(texts) if vector is not None]
            if made:
                save_vectors(default_embedder(), [number for number, _ in made], np.stack([one for _, one in made]))
        _make_current()
        _add_evidence()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


@contextmanager
def without_large_indexes() -> Generator[None]:
    """The indexes that are many times faster built at once than row by row are away while the block lasts."""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP INDEX {', '.join(LARGE_INDEXES)}")
    yield
    with connection.cursor() as cursor:
        cursor.execute("SET maintenance_work_mem = '1GB'")
        for statement in LARGE_INDEXES.values():
            cursor.execute(statement)


def _add_samples(count: int) -> None:
    sources = [
        Source.objects.create(domain=domain, kind=SourceKind.IMPORT, state=SourceState.ACTIVE, name=f"of {domain.slug}")
        for domain in Domain.objects.all()
    ]
    someone = User.objects.create(username="the-assignee", role=Role.REVIEWER)
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO datasets_sample (id, uuid, domain_id, source_id, kind, topic, state, decided_by, is_golden,
                                            group_id, revision, tags, assigned_to_id, is_disputed)
               SELECT n, gen_random_uuid(), domain, source, 'kind-' || n %% 12, 'topic-' || n %% 60, state,
                      CASE state WHEN 'pending' THEN '' ELSE (ARRAY['gate', 'person'])[1 + n %% 2] END,
                      state = 'accepted' AND n %% 50 = 0, 'group-' || n / 3, 0,
                      CASE WHEN n %% 40 = 0 THEN ARRAY['tag-' || n %% 7, 'tagged'] ELSE '{}' END,
                      CASE WHEN n %% 100 = 0 THEN %s END, n %% 500 = 0
               FROM generate_series(1, %s) AS n
               CROSS JOIN LATERAL (SELECT %s::bigint[] AS domains, %s::bigint[] AS sources,
                                          floor(power((n * 7919 %% 1000) / 1000.0, 3) * %s)::int + 1 AS at) AS given
               CROSS JOIN LATERAL (SELECT domains[at] AS domain, sources[at] AS source,
                   (ARRAY['pending', 'pending', 'pending', 'accepted', 'accepted', 'rejected', 'archived'])
                       [1 + (n * 7919) %% 7] AS state) AS drawn""",
            [someone.pk, count, [one.domain_id for one in sources], [one.pk for one in sources], len(sources)],
        )
        cursor.execute("SELECT setval('datasets_sample_id_seq', %s)", [count])


def _texts(count: int, vectors: int) -> Iterator[tuple[int, list[tuple[tuple[str, str], Vectors | None]]]]:
    """Question and answer of each sample with its vector, in batches with the number of the first.

    The n-grams of the embedder stop at the ends of words, so the vector of a text is the sum of its sentences' ones.
    """
    draw = random.Random(7)
    sentences = [_sentence(draw) for _ in range(SENTENCES)]
    questions = [f"What about rare{number} in the routine?" for number in range(RARE)]
    of_sentence, of_question = _counts(sentences), _counts(questions)
    for start in range(1, count + 1, BATCH):
        batch = []
        for number in range(start, min(start + BATCH, count + 1)):
            asked = draw.randrange(RARE)
            said = draw.choices(_about(asked), k=draw.randint(FEWEST, MOST))
            answer = " ".join(sentences[one] for one in said)
            text = (f"{questions[asked]} Number {number}.", f"common{draw.randrange(COMMON)}. {answer}")
            vector = of_question[asked] + of_sentence[said].sum(axis=0)
            batch.append((text, vector / np.linalg.norm(vector) if number > count - vectors else None))
        yield start, batch


def _about(question: int) -> range:
    """The sentences of one of the subjects: texts about the same one are near each other, as real ones are."""
    of_each = SENTENCES // SUBJECTS
    return range(question % SUBJECTS * of_each, (question % SUBJECTS + 1) * of_each)


def _sentence(draw: random.Random) -> str:
    """Words of which a few are in most sentences and most are in few, as in any language (Zipf's law)."""
    return " ".join(f"word{int(5000 ** draw.random())}" for _ in range(draw.randint(8, 14))) + "."


def _counts(texts: list[str]) -> Vectors:
    from sklearn.feature_extraction.text import HashingVectorizer

    hashing = HashingVectorizer(
        n_features=DIMENSIONS, analyzer="char_wb", ngram_range=(3, 5), dtype=np.float32, norm=None
    )
    counts: Vectors = hashing.transform(texts).toarray()
    return counts


def _add_versions(start: int, texts: list[tuple[str, str]]) -> None:
    columns = "id, uuid, sample_id, number, system, instruction, input, output, sha256, normal_sha256"
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY datasets_sampleversion ({columns}) FROM STDIN") as copy,
    ):
        for number, (question, answer) in enumerate(texts, start):
            uuid = f"{random.getrandbits(128):032x}"
            copy.write_row((number, uuid, number, 1, "", question, "", answer, f"{number:064x}", f"{number:064x}"))


def _make_current() -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE datasets_sample SET current_id = id")
        cursor.execute("SELECT setval('datasets_sampleversion_id_seq', max(id)) FROM datasets_sample")


def _add_evidence() -> None:
    """A verdict and a score for every version; one in ten does not pass, one in a hundred has a finding."""
    code, gate = get_domain("asm65816"), GateVersion.objects.get(is_current=True)
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO datasets_verdict (uuid, version_id, verifier, verifier_version, level, findings, codes,
                                             supported, contradicted, unknown, tool_versions)
               SELECT gen_random_uuid(), id, %s, %s, id %% 9, '[]',
                      CASE WHEN id %% 100 = 0 THEN ARRAY['width_mismatch'] ELSE '{}' END,
                      3, (id %% 20 = 0)::int, 0, '{}'
               FROM datasets_sampleversion""",
            [code.slug, code.verifier_version],
        )
        cursor.execute(
            """INSERT INTO datasets_score (version_id, gate_id, overall, vetoes, passes, reasons)
               SELECT id, %s, round(random()::numeric, 3), '[]', id %% 10 <> 0, '{"overall": "Drawn for a benchmark."}'
               FROM datasets_sampleversion""",
            [gate.pk],
        )
