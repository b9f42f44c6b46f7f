"""Filling the database with many samples fast: the texts are put together by Postgres, the vectors come by COPY.

with hub():
    source = fill_samples(rows(), vectors=rows() // 5)
"""

from __future__ import annotations

import random
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

BODIES = 997
"""Texts of different length; a sample's answer is one of them and a sentence of its own."""
SMALLEST, LARGEST = 600, 3_900  # bytes of a body, so that samples have 0.7 to 4 KB
BATCH = 50_000
KINDS = ("explain", "write", "debug", "optimise")
TOPICS = ("ppu", "dma", "cpu", "apu")
MNEMONICS = ("LDA", "STA", "LDX", "STX", "LDY", "ADC", "SBC", "AND", "ORA", "EOR", "CMP", "INC", "DEC")
WORDS = ("brightness", "palette", "scroll", "sprite", "bank", "vblank", "carry", "register", "mode", "stack", "table")
SLOW_INDEXES = ("version_search", "embedding_near")
"""Built after the rows: row by row they take most of the time."""

CLUSTER_EVERY, CLUSTER = 100, 4
"""Of each hundred samples in a row, the first four are near-duplicates of one another."""

INSERT_SAMPLES = """
    INSERT INTO datasets_sample (id, uuid, created_at, domain_id, source_id, kind, topic, state, decided_by, is_golden,
        current_id, group_id, cluster, revision, tags, is_disputed)
    SELECT %(sample)s + n, gen_random_uuid(), now(), %(domain)s, %(source)s, (%(kinds)s::text[])[1 + n %% 4],
        (%(topics)s::text[])[1 + n / 7 %% 4], 'pending', '', false, %(version)s + n, 'bench-' || n / 3,
        CASE WHEN n %% %(every)s < %(cluster)s THEN %(sample)s + n - n %% %(every)s END, 0, '{}', false
    FROM generate_series(%(first)s, %(last)s) AS n"""
INSERT_VERSIONS = """
    INSERT INTO datasets_sampleversion (id, uuid, created_at, sample_id, number, system, instruction, input, output,
        sha256, normal_sha256)
    SELECT %(version)s + n, gen_random_uuid(), now(), %(sample)s + n, 1, '', 'What does routine ' || n || ' do?', '',
        body.text || 'This is routine ' || n || '.', md5('text' || n) || md5('of' || n),
        md5('normal' || n) || md5('text' || n)
    FROM generate_series(%(first)s, %(last)s) AS n JOIN bench_body AS body ON body.id = n %% %(bodies)s"""
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
INSERT_SCORES = """
    INSERT INTO datasets_score (version_id, gate_id, diversity, kg_consistency, hallucination_risk, overall, vetoes,
        passes, reasons)
    SELECT %(version)s + n, %(gate)s, n %% 101 / 100.0, n %% 97 / 96.0, n %% 89 / 88.0, n * 37 %% 1000 / 1000.0, '[]',
        n * 37 %% 1000 >= 400, '{"coherence": "Nothing measures it yet."}'
    FROM generate_series(%(first)s, %(last)s) AS n"""
STATEMENTS = (INSERT_SAMPLES, INSERT_VERSIONS, INSERT_VERDICTS, INSERT_SCORES)


def fill_samples(count: int, *, vectors: int = 0, domain: str = "asm65816") -> Any:
    """`count` pending samples of 0.7 to 4 KB with verdict and score, the first `vectors` of them with a vector.

    Returns their new Source. Every hundred has a cluster of four near-duplicates. The hashes are unique and no more:
    they are not those of the texts.
    """
    from django.db import connection, transaction

    from datasets_app.models import Domain, Source, SourceKind, SourceState

    about = Domain.objects.get(slug=domain)
    source = Source.objects.create(
        domain=about, kind=SourceKind.IMPORT, state=SourceState.ACTIVE, name="benchmark", imported=count
    )
    facts = _facts(about, source)
    with connection.cursor() as cursor, _without_slow_indexes(cursor):
        _make_bodies(cursor)
        for first in range(0, count, BATCH):
            span = {"first": first, "last": min(first + BATCH, count) - 1}
            with transaction.atomic():  # the keys between samples and versions are checked at its end
                for statement in STATEMENTS:
                    cursor.execute(statement, facts | span)
        _set_sequences(cursor)
        _add_vectors(facts["version"], vectors)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    return source


def _facts(domain: Any, source: Any) -> dict[str, Any]:
    from django.db.models import Max

    from datasets_app.models import GateVersion, Sample, SampleVersion
    from datasets_app.quality.verifying import domain_code

    code = domain_code(domain)
    newest = {
        name: (model.objects.aggregate(newest=Max("pk"))["newest"] or 0) + 1
        for name, model in (("sample", Sample), ("version", SampleVersion))
    }
    return newest | {
        "domain": domain.pk,
        "source": source.pk,
        "gate": GateVersion.objects.get(is_current=True).pk,
        "verifier": code.slug if code else domain.slug,
        "verifier_version": code.verifier_version if code else "1",
        "kinds": list(KINDS),
        "topics": list(TOPICS),
        "bodies": BODIES,
        "every": CLUSTER_EVERY,
        "cluster": CLUSTER,
    }


def _make_bodies(cursor: Any) -> None:
    cursor.execute("CREATE TEMP TABLE IF NOT EXISTS bench_body (id int PRIMARY KEY, text text)")
    cursor.execute("TRUNCATE bench_body")
    draw = random.Random(7)
    cursor.executemany("INSERT INTO bench_body VALUES (%s, %s)", [(id, _body(draw)) for id in range(BODIES)])


def _body(draw: random.Random) -> str:
    """Prose with a block of assembly in it, as an answer has."""
    size = draw.randint(SMALLEST, LARGEST)
    lines: list[str] = []
    code = ["```asm", "Routine:"]
    while sum(len(line) for line in code) < size // 3:
        code.append(f"  {draw.choice(MNEMONICS)} ${0x2100 + draw.randrange(64):04X} ; the {draw.choice(WORDS)}")
    while sum(len(line) for line in lines) < size // 2:
        lines.append(f"It sets the {draw.choice(WORDS)} of the {draw.choice(WORDS)}, then the {draw.choice(WORDS)}.")
    half = len(lines) // 2
    return "\n".join([*lines[:half], *code, "  RTS", "```", *lines[half:], ""])


@contextmanager
def _without_slow_indexes(cursor: Any) -> Generator[None]:
    cursor.execute("SELECT indexname, indexdef FROM pg_indexes WHERE indexname = ANY(%s)", [list(SLOW_INDEXES)])
    definitions = dict(cursor.fetchall())
    for name in definitions:
        cursor.execute(f"DROP INDEX {name}")
    yield
    cursor.execute("SET maintenance_work_mem = '1GB'")
    for definition in definitions.values():
        cursor.execute(definition)


def _set_sequences(cursor: Any) -> None:
    for table in ("datasets_sample", "datasets_sampleversion"):
        cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))")


def _add_vectors(version: int, count: int) -> None:
    """Vectors of length 1 around 200 centres, for the first `count` versions from `version` on."""
    import numpy as np

    from datasets_app.models import DIMENSIONS
    from datasets_app.quality.embedding import default_embedder
    from datasets_app.quality.vectors import save_vectors

    draw, embedder = np.random.default_rng(7), default_embedder()
    centres = draw.normal(size=(200, DIMENSIONS)).astype(np.float32)
    for first in range(0, count, BATCH):
        ids = np.arange(first, min(first + BATCH, count))
        found = centres[ids % len(centres)] + draw.normal(size=(len(ids), DIMENSIONS)).astype(np.float32)
        found /= np.linalg.norm(found, axis=1, keepdims=True)
        save_vectors(embedder, [version + int(id) for id in ids], found)
