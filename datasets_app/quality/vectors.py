"""Vectors in and out of the database in their binary form: text is an order of magnitude slower.

A halfvec on the wire is two 16-bit numbers (its dimensions, and 0) and its 16-bit floats, all big-endian.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from django.db import connection

from datasets_app.models import DIMENSIONS, Domain, Embedder
from datasets_app.quality.embedding import Vectors

BLOCK = 16_384
Ids = npt.NDArray[np.int64]
_HEAD = struct.pack(">HH", DIMENSIONS, 0)


@dataclass(frozen=True)
class Block:
    """Some vectors with whose they are: sample and group (as a 64-bit hash) of each row, in the order of samples."""

    samples: Ids
    groups: Ids
    vectors: Vectors


def save_vectors(embedder: Embedder, version_ids: Sequence[int], vectors: Vectors) -> None:
    """Store one vector per version. Raises IntegrityError when one of them has one already."""
    columns = "version_id, embedder_id, vector"
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY datasets_embedding ({columns}) FROM STDIN WITH (FORMAT BINARY)") as copy,
    ):
        copy.set_types(["int8", "int8", "bytea"])
        for version_id, vector in zip(version_ids, vectors.astype(">f2"), strict=True):
            copy.write_row((version_id, embedder.pk, _HEAD + vector.tobytes()))


def read_corpus(embedder: Embedder, domain: Domain) -> Iterator[Block]:
    """The vectors of all samples of the domain that people or the gate may still train on, in blocks."""
    return _read_all(embedder, domain, "sample.state IN ('pending', 'accepted')")


def read_kept(embedder: Embedder, domain: Domain) -> Iterator[Block]:
    """The vectors of all samples of the domain but archived ones, in blocks."""
    return _read_all(embedder, domain, "sample.state <> 'archived'")


def read_vectors(embedder: Embedder, domain: Domain, sample_ids: Sequence[int]) -> Block:
    """The vectors of these samples, BLOCK at most; without those that have none."""
    return _read(embedder, domain, "sample.id = ANY(%s)", list(sample_ids))


def _read_all(embedder: Embedder, domain: Domain, condition: str) -> Iterator[Block]:
    last = 0
    while len((block := _read(embedder, domain, f"{condition} AND sample.id > %s", last)).samples):
        yield block
        last = int(block.samples[-1])


def _read(embedder: Embedder, domain: Domain, condition: str, value: int | list[int]) -> Block:
    with connection.cursor() as cursor:
        cursor.execute(
            f"""SELECT sample.id, hashtextextended(sample.group_id, 0), halfvec_send(embedding.vector)
                FROM datasets_embedding AS embedding
                JOIN datasets_sample AS sample ON sample.current_id = embedding.version_id
                WHERE embedding.embedder_id = %s AND sample.domain_id = %s
                      AND {condition}
                ORDER BY sample.id LIMIT {BLOCK}""",
            [embedder.pk, domain.pk, value],
        )
        rows = cursor.fetchall()
    wire = np.frombuffer(b"".join(row[2] for row in rows), dtype=">f2").reshape(-1, DIMENSIONS + 2)
    samples, groups = (np.array([row[column] for row in rows], dtype=np.int64) for column in (0, 1))
    return Block(samples, groups, wire[:, 2:].astype(np.float32))
