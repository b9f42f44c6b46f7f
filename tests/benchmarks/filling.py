"""Filling the database with many samples fast: the texts are put together by Postgres, the vectors come by COPY.

with hub():
    source = fill_samples(rows(), vectors=rows() // 5)
"""

from __future__ import annotations

import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

from tests.benchmarks.texts import ENDING, FIRST_BODY, QUESTION, SECOND_BODY, TextVectors, bodies

BATCH = 50_000
KINDS = ("explain", "write", "debug", "optimise")
TOPICS = ("ppu", "dma", "cpu", "apu")
SLOW_INDEXES = ("version_search", "embedding_near")
"""Built after the rows: row by row they take most of the time."""
CLUSTER_EVERY, CLUSTER = 100, 4
"""Of each hundred samples in a row, the first four are near-duplicates of one another."""
# Of a mixed table four in twenty are decided or archived, and a few samples have what people leave on them.
STATES = "(ARRAY['accepted', 'accepted', 'rejected', 'archived'])[1 + n %% 20]"
DECIDERS = "(ARRAY['gate', 'person', 'person', 'person'])[1 + n %% 20]"
GOLDEN_EVERY = 1_000
SCORE = "(n * 37 %% 1009 / 1008.0)"

INSERT_SAMPLES = f"""
    INSERT INTO datasets_sample (id, uuid, created_at, domain_id, source_id, kind, topic, state, decided_by, is_golden,
        current_id, group_id, cluster, revision, tags, assigned_to_id, is_disputed, overall, distance)
    SELECT %(sample)s + n, gen_random_uuid(), now(), CASE WHEN %(mixed)s AND n %% 25 = 24 THEN %(other)s
        ELSE %(domain)s END, %(source)s, (%(kinds)s::text[])[1 + n %% 4], (%(topics)s::text[])[1 + n / 7 %% 4],
        CASE WHEN %(mixed)s AND n %% 20 < 4 THEN {STATES} ELSE 'pending' END,
        CASE WHEN %(mixed)s AND n %% 20 < 4 THEN {DECIDERS} ELSE '' END, false, %(version)s + n, 'bench-' || n / 3,
        CASE WHEN n %% %(every)s < %(cluster)s THEN %(sample)s + n - n %% %(every)s END, 0,
        CASE WHEN %(mixed)s AND n %% 40 = 5 THEN ARRAY['tag-' || n %% 7, 'tagged'] ELSE '{{}}' END,
        CASE WHEN %(mixed)s AND n %% 100 = 6 THEN %(someone)s END, %(mixed)s AND n %% 500 = 7,
        {SCORE}, abs({SCORE} - %(threshold)s)
    FROM generate_series(%(first)s, %(last)s) AS n"""
INSERT_VERSIONS = f"""
    INSERT INTO datasets_sampleversion (id, uuid, created_at, sample_id, number, system, instruction, input, output,
        sha256, normal_sha256)
    SELECT %(version)s + n, gen_random_uuid(), now(), %(sample)s + n, 1, '', {QUESTION}, '',
        first.text || second.text || {ENDING}, md5('text' || n) || md5('of' || n),
        md5('normal' || n) || md5('text' || n)
    FROM generate_series(%(first)s, %(last)s) AS n JOIN bench_body AS first ON first.id = {FIRST_BODY}
    JOIN bench_body AS second ON second.id = {SECOND_BODY}"""
INSERT_VERDICTS = """
    INSERT INTO datasets_verdict (uuid, created_at, version_id, verifier, verifier_version, level, findings, codes,
        supported, contradicted, unknown, byte_count, cycles, tool_versions)
    SELECT gen_random_uuid(), now(), %(version)s + n, %(verifier)s, %(verifier_version)s, n %% 9, findings, codes,
        n %% 5, n %% 2, n %% 3, 40 + n %% 200, jsonb_build_array(60 + n %% 300, 90 + n %% 400), '{}'
    FROM generate_series(%(first)s, %(last)s) AS n CROSS JOIN LATERAL (
        SELECT CASE n %% 2 WHEN 0 THEN '[]'::jsonb ELSE jsonb_build_array(jsonb_build_object('level', 'bad',
            'code', 'register_contradicted', 'message', '$2100 is INIDISP, not VMAIN.', 'line', 3, 'where', 'output',
            'hint', 'Name the register as the table does.')) END AS findings,
            CASE n %% 2 WHEN 0 THEN '{}'::text[] ELSE '{register_contradicted}'::text[] END AS codes) AS said"""
INSERT_SCORES = f"""
    INSERT INTO datasets_score (version_id, gate_id, diversity, kg_consistency, hallucination_risk, overall, vetoes,
        passes, reasons)
    SELECT %(version)s + n, %(gate)s, n %% 101 / 100.0, n %% 97 / 96.0, n %% 89 / 88.0, {SCORE}, '[]',
        n * 37 %% 1009 >= 400, '{{"coherence": "Nothing measures it yet."}}'
    FROM generate_series(%(first)s, %(last)s) AS n"""
INSERT_SCANS = """
    INSERT INTO datasets_secretscan (version_id, edition) SELECT %(version)s + n, %(edition)s
    FROM generate_series(%(first)s, %(last)s) AS n"""
# The samples come last: a trigger would otherwise look for the samples of each new score.
STATEMENTS = (INSERT_VERSIONS, INSERT_VERDICTS, INSERT_SCORES, INSERT_SCANS, INSERT_SAMPLES)
APPROVE = """
    WITH approved AS (
        INSERT INTO datasets_review (uuid, created_at, sample_id, version_id, reviewer_id, decision, reason, note, key,
                                     before, is_opinion)
        SELECT gen_random_uuid(), now(), id, current_id, %(someone)s, 'golden', '', '', gen_random_uuid(), '{}', false
        FROM datasets_sample WHERE source_id = %(source)s AND (id - %(sample)s) %% %(golden_every)s = 1
        RETURNING id, sample_id, version_id)
    INSERT INTO datasets_golden (sample_id, version_id, review_id, first_by_id, needed, is_current)
    SELECT sample_id, version_id, id, %(someone)s, 1, true FROM approved"""
MAKE_GOLDEN = """
    UPDATE datasets_sample AS sample SET is_golden = true FROM datasets_golden AS golden
    WHERE golden.sample_id = sample.id AND sample.source_id = %(source)s"""


def fill_samples(count: int, *, vectors: int = 0, mixed: bool = False) -> Any:
    """`count` examined samples of 0.7 to 4 KB, with verdict and score, the first `vectors` of them with a vector.

    Returns their new Source. Every hundred has a cluster of four near-duplicates. All are pending and about 65816
    code; of a `mixed` table a fifth is not, and some are golden, tagged, assigned, disputed, or of another domain. The
    hashes are unique and no more: they are not those of the texts.
    """
    from django.db import connection, transaction

    source = _source(count)
    facts = _facts(source, mixed)
    with connection.cursor() as cursor, _without_slow_indexes(cursor):
        _make_bodies(cursor)
        for first in range(0, count, BATCH):
            span = {"first": first, "last": min(first + BATCH, count) - 1}
            with transaction.atomic():  # the keys between samples and versions are checked at its end
                for statement in STATEMENTS:
                    cursor.execute(statement, facts | span)
            _tell(f"{span['last'] + 1} samples")
        _set_sequences(cursor)
        if vectors:
            _add_vectors(facts["version"], vectors)
        if mixed:
            cursor.execute(APPROVE, facts)
            cursor.execute(MAKE_GOLDEN, facts)
    _settle()
    return source


def _source(count: int) -> Any:
    from datasets_app.models import Domain, Source, SourceKind, SourceState

    return Source.objects.create(
        domain=Domain.objects.get(slug="asm65816"),
        kind=SourceKind.IMPORT,
        state=SourceState.ACTIVE,
        name="benchmark",
        imported=count,
    )


def _facts(source: Any, mixed: bool) -> dict[str, Any]:
    from django.db.models import Max

    from afsweb.core.models import Role, User
    from datasets_app.domains.base import get_domain
    from datasets_app.models import Domain, GateVersion, Sample, SampleVersion
    from datasets_app.secrets.scanning import EDITION

    code = get_domain(source.domain.slug)
    newest = {
        name: (model.objects.aggregate(newest=Max("pk"))["newest"] or 0) + 1
        for name, model in (("sample", Sample), ("version", SampleVersion))
    }
    return newest | {
        "domain": source.domain_id,
        "other": Domain.objects.get(slug="text").pk,
        "source": source.pk,
        "mixed": mixed,
        "someone": User.objects.get_or_create(username="the-assignee", defaults={"role": Role.REVIEWER})[0].pk,
        "gate": GateVersion.objects.get(is_current=True).pk,
        "threshold": source.domain.threshold,
        "verifier": code.slug,
        "verifier_version": code.verifier_version,
        "kinds": list(KINDS),
        "topics": list(TOPICS),
        "every": CLUSTER_EVERY,
        "cluster": CLUSTER,
        "golden_every": GOLDEN_EVERY,
        "edition": EDITION,
    }


def _make_bodies(cursor: Any) -> None:
    cursor.execute("CREATE TEMP TABLE IF NOT EXISTS bench_body (id int PRIMARY KEY, text text)")
    cursor.execute("TRUNCATE bench_body")
    cursor.executemany("INSERT INTO bench_body VALUES (%s, %s)", list(enumerate(bodies())))


@contextmanager
def _without_slow_indexes(cursor: Any) -> Generator[None]:
    cursor.execute("SELECT indexname, indexdef FROM pg_indexes WHERE indexname = ANY(%s)", [list(SLOW_INDEXES)])
    definitions = dict(cursor.fetchall())
    for name in definitions:
        cursor.execute(f"DROP INDEX {name}")
    yield
    cursor.execute("SET maintenance_work_mem = '1GB'")
    for name, definition in definitions.items():
        cursor.execute(definition)
        _tell(f"index {name}")


def _set_sequences(cursor: Any) -> None:
    for table in ("datasets_sample", "datasets_sampleversion"):
        cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))")


def _add_vectors(version: int, count: int) -> None:
    """The vectors of the first `count` versions from `version` on."""
    import numpy as np

    from datasets_app.quality.embedding import default_embedder
    from datasets_app.quality.vectors import save_vectors

    texts, embedder = TextVectors(), default_embedder()
    for first in range(0, count, BATCH):
        numbers = np.arange(first, min(first + BATCH, count))
        save_vectors(embedder, [version + int(number) for number in numbers], texts.of(numbers))


def _settle() -> None:
    """What a house of this size has long done: its tables are vacuumed and analysed, its coverage is counted."""
    from django.db import connection

    from datasets_app.coverage.counting import count_cells
    from datasets_app.models import Domain

    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    for domain in Domain.objects.all():
        count_cells(domain)


def _tell(text: str) -> None:
    print(f"# {time.strftime('%H:%M:%S')} {text}", file=sys.stderr, flush=True)
