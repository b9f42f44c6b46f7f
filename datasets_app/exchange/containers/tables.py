"""Samples as typed tables in Parquet, written a row group at a time, whatever the number of rows.

It needs pyarrow, which takes 30 MB: who writes or reads a table imports this when it does.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from datasets_app.exchange.containers.sink import Sink
from datasets_app.exchange.formats.base import Exported

# Rows and characters of one row group: what is held at once.
GROUP, GROUP_CHARACTERS = 10_000, 8_000_000
MESSAGES = pa.list_(pa.struct([("role", pa.string()), ("content", pa.string())]))
# What few values stand for; a dictionary of whole texts would only cost time.
REPEATED = {"system", "kind", "domain", "source", "licence", "split", "state", "topic"}
TEXTS = ("instruction", "input", "output", "system")
KEPT = [
    ("kind", pa.string()),
    ("group_id", pa.string()),
    ("tags", pa.list_(pa.string())),
    ("sample", pa.string()),
    ("version", pa.int32()),
    ("sha256", pa.string()),
    ("domain", pa.string()),
    ("source", pa.string()),
    ("licence", pa.string()),
    ("split", pa.string()),
    ("state", pa.string()),
    ("is_golden", pa.bool_()),
    ("topic", pa.string()),
]
FIELDS = pa.schema([*((name, pa.string()) for name in TEXTS), ("messages", MESSAGES), *KEPT])
CONVERSATIONS = pa.schema([("messages", MESSAGES), *KEPT])


def write_fields(entries: Iterable[Exported]) -> Iterator[bytes]:
    """The bytes of one Parquet file; the plain fields are null where a conversation stands instead."""
    return write_groups(FIELDS, (columns_of(group) for group in groups(entries)))


def write_conversations(entries: Iterable[Exported]) -> Iterator[bytes]:
    """The bytes of one Parquet file in which each sample is a conversation, so that trainers read it as it is."""
    return write_groups(CONVERSATIONS, (_conversations(group) for group in groups(entries)))


def write_groups(schema: pa.Schema, batches: Iterable[Sequence[pa.Array]]) -> Iterator[bytes]:
    """The bytes of a Parquet file with a row group for each of `batches`. Equal content gives equal bytes."""
    sink = Sink()
    repeated = [name for name in schema.names if name in REPEATED]
    options = {"compression": "zstd", "compression_level": 1, "use_dictionary": repeated or False}
    with pq.ParquetWriter(pa.PythonFile(sink, mode="w"), schema, **options) as writer:
        for arrays in batches:
            writer.write_table(pa.Table.from_arrays(list(arrays), schema=schema))
            yield sink.take()
    yield sink.take()


def groups(entries: Iterable[Exported]) -> Iterator[list[Exported]]:
    """The entries in lists of up to GROUP, fewer where their texts are long."""
    rest, group, size = iter(entries), list[Exported](), 0
    while some := list(islice(rest, 500)):
        group += some
        size += sum(len(entry.output) + len(entry.input) + len(entry.instruction) for entry in some)
        if len(group) >= GROUP or size > GROUP_CHARACTERS:
            yield group
            group, size = [], 0
    if group:
        yield group


def columns_of(group: Sequence[Exported]) -> list[pa.Array]:
    """The columns of FIELDS."""
    by_name = turned(group)
    told = by_name["messages"]
    texts = [by_name[name] for name in TEXTS]
    if any(told):
        told = [one.text.chat() if one.messages else None for one in group]
        texts = [[None if said else text for text, said in zip(column, told, strict=True)] for column in texts]
    return [*(pa.array(column, pa.string()) for column in texts), pa.array(told, MESSAGES), *kept_of(group)]


def _conversations(group: Sequence[Exported]) -> list[pa.Array]:
    return [pa.array([one.text.chat() for one in group], MESSAGES), *kept_of(group)]


def kept_of(group: Sequence[Exported]) -> list[pa.Array]:
    """The columns beside the text."""
    by_name = turned(group)
    return [pa.array(by_name[name], kind) for name, kind in KEPT]


def turned(group: Sequence[Exported]) -> dict[str, Sequence[Any]]:
    """Rows as columns."""
    return dict(zip(Exported._fields, zip(*group, strict=True), strict=True))
