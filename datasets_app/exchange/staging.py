"""Rows of an import between file and tables: a temporary table of this connection, invisible to everyone else.

Duplicates are found and rows are moved by the database, set by set, so an import's size does not matter to Python.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from django.db import OperationalError, connection, transaction
from django.db.backends.utils import CursorWrapper
from psycopg.errors import ProgramLimitExceeded

from datasets_app.exchange.containers.record import Reject, excerpt_of
from datasets_app.exchange.problems import LineProblem, RepeatsLine, RepeatsSample, TooManyWords
from datasets_app.exchange.rows import Row
from datasets_app.models import Source, Text

COLUMNS = """line, kind, group_id, tags, system, instruction, input, output, messages, sha256, normal_sha256,
             rejected, rejected_messages, rejected_sha256, rejected_normal_sha256"""
# Bytes of text that always fit into one search vector of Postgres (1 MB); above it, Postgres itself is asked.
SURELY_SEARCHABLE = 300_000


@contextmanager
def staging_table() -> Iterator[None]:
    """An empty temporary table, as long as the block lasts. Its rows already know their ids to be."""
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS import_row")
        cursor.execute(
            """CREATE TEMPORARY TABLE import_row (
                line integer, kind text, group_id text, tags text[], system text, instruction text, input text,
                output text, messages jsonb, sha256 text, normal_sha256 text,
                rejected text, rejected_messages jsonb, rejected_sha256 text, rejected_normal_sha256 text,
                rejected_id bigint,
                sample_id bigint DEFAULT nextval('datasets_sample_id_seq'),
                version_id bigint DEFAULT nextval('datasets_sampleversion_id_seq'))"""
        )
    try:
        yield
    finally:
        # After an error of the database itself the table goes with the transaction or the connection.
        if connection.is_usable() and not connection.needs_rollback:
            with connection.cursor() as cursor:
                cursor.execute("DROP TABLE IF EXISTS import_row")


def stage(rows: Sequence[tuple[int, Row]]) -> list[Reject]:
    """Put rows into the staging table; those that no search index could hold are returned instead."""
    refused = [Reject(line, TooManyWords(), excerpt_of(row.text.instruction)) for line, row in rows if _is_huge(row)]
    lines = {reject.line for reject in refused}
    with connection.cursor() as cursor, cursor.copy(f"COPY import_row ({COLUMNS}) FROM STDIN") as copy:
        for line, row in rows:
            if line not in lines:
                copy.write_row((line, row.kind, row.group_id, list(row.tags), *_columns(row.text), *_rejected(row)))
    return refused


def reject_repeats() -> list[Reject]:
    """Take the rows out that repeat an earlier line of the file exactly."""
    with connection.cursor() as cursor:
        cursor.execute(
            """DELETE FROM import_row AS row
               USING (SELECT sha256, min(line) AS line FROM import_row GROUP BY sha256 HAVING count(*) > 1) AS first
               WHERE row.sha256 = first.sha256 AND row.line > first.line
               RETURNING row.line, left(row.instruction, 200), first.line"""
        )
        return [_reject(line, text, RepeatsLine(line=first)) for line, text, first in cursor.fetchall()]


def reject_known(source: Source) -> list[Reject]:
    """Take the rows out whose exact text is that of a sample of the domain, except archived ones."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE INDEX ON import_row (sha256)")
        cursor.execute("ANALYZE import_row")
        cursor.execute(
            """DELETE FROM import_row AS row
               USING datasets_sampleversion AS version
               JOIN datasets_sample AS sample ON sample.current_id = version.id
               JOIN datasets_source AS source ON source.id = sample.source_id
               WHERE version.sha256 = row.sha256 AND sample.domain_id = %s AND sample.state <> 'archived'
               RETURNING row.line, left(row.instruction, 200), sample.id, source.name""",
            [source.domain_id],
        )
        found = cursor.fetchall()
    return [_reject(line, text, RepeatsSample(sample=pk, source=name[:80])) for line, text, pk, name in found]


def drop_taken(source: Source) -> int:
    """Take the rows out whose exact text `source` brought before, whatever became of it; return how many."""
    with connection.cursor() as cursor:
        cursor.execute(
            """DELETE FROM import_row AS row
               USING datasets_sampleversion AS version
               JOIN datasets_sample AS sample ON sample.id = version.sample_id
               WHERE version.sha256 = row.sha256 AND sample.source_id = %s""",
            [source.pk],
        )
        return int(cursor.rowcount)


def load(source: Source) -> int:
    """Move the staged rows into the tables as pending samples of `source`, in a transaction; return how many."""
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO datasets_sample (id, uuid, domain_id, source_id, kind, state, decided_by, is_golden,
                                            current_id, group_id, tags, revision)
               SELECT sample_id, gen_random_uuid(), %s, %s, kind, 'pending', '', false, version_id,
                      CASE group_id WHEN '' THEN 'sample-' || sample_id ELSE group_id END, tags, 0
               FROM import_row ORDER BY line""",
            [source.domain_id, source.pk],
        )
        count = int(cursor.rowcount)
        _load_rejected(cursor)
        cursor.execute(
            """INSERT INTO datasets_sampleversion (id, uuid, sample_id, number, parent_id, system, instruction, input,
                                                   output, messages, sha256, normal_sha256)
               SELECT version_id, gen_random_uuid(), sample_id, CASE WHEN rejected IS NULL THEN 1 ELSE 2 END,
                      rejected_id, system, instruction, input, output, messages, sha256, normal_sha256
               FROM import_row ORDER BY line"""
        )
        cursor.execute(
            """INSERT INTO datasets_preferencepair (uuid, chosen_id, rejected_id, origin)
               SELECT gen_random_uuid(), version_id, rejected_id, 'import'
               FROM import_row WHERE rejected_id IS NOT NULL ORDER BY line"""
        )
    return count


def _load_rejected(cursor: CursorWrapper) -> None:
    """What preference pairs rejected, as the first version of their samples: the chosen text follows as if edited."""
    cursor.execute(
        "UPDATE import_row SET rejected_id = nextval('datasets_sampleversion_id_seq') WHERE rejected IS NOT NULL"
    )
    cursor.execute(
        """INSERT INTO datasets_sampleversion (id, uuid, sample_id, number, system, instruction, input, output,
                                               messages, sha256, normal_sha256)
           SELECT rejected_id, gen_random_uuid(), sample_id, 1, system, instruction, input, rejected,
                  rejected_messages, rejected_sha256, rejected_normal_sha256
           FROM import_row WHERE rejected IS NOT NULL ORDER BY line"""
    )


def _columns(text: Text) -> tuple[str | None, ...]:
    messages = json.dumps(text.messages) if text.messages else None
    return text.system, text.instruction, text.input, text.output, messages, text.sha256, text.normal_sha256


def _rejected(row: Row) -> tuple[str | None, ...]:
    if row.rejected is None:
        return None, None, None, None
    output, messages, *hashes = _columns(row.rejected)[3:]
    return output, messages, *hashes


def _is_huge(row: Row) -> bool:
    return any(_is_huge_text(text) for text in (row.text, row.rejected) if text)


def _is_huge_text(text: Text) -> bool:
    joined = " ".join((text.instruction, text.input, text.output))
    if len(joined) * 4 < SURELY_SEARCHABLE or len(joined.encode()) < SURELY_SEARCHABLE:
        return False
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT length(to_tsvector('simple', %s))", [joined])
    except OperationalError as error:
        if isinstance(error.__cause__, ProgramLimitExceeded):
            return True
        raise
    return False


def _reject(line: int, instruction: str, problem: LineProblem) -> Reject:
    return Reject(line, problem, excerpt_of(instruction))
