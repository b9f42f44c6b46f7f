"""Parquet: a typed table that every data tool reads, written a row group at a time, whatever the number of rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from datasets_app.exchange.formats.base import Exported, Format
from datasets_app.exchange.formats.own import fits
from datasets_app.exchange.rows import read_row

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
SCHEMA = pa.schema([*((name, pa.string()) for name in TEXTS), ("messages", MESSAGES), *KEPT])


class Sink:
    """A file that is only written, whose bytes are taken away as they come."""

    closed = False

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def write(self, data: Any) -> int:
        """Keep what pyarrow writes."""
        self._pieces.append(bytes(data))
        return len(self._pieces[-1])

    def take(self) -> bytes:
        """What came since the last time."""
        taken = b"".join(self._pieces)
        self._pieces.clear()
        return taken

    def flush(self) -> None:
        """Nothing is held back."""

    def close(self) -> None:
        """Nothing is open."""


def write(entries: Iterable[Exported]) -> Iterator[bytes]:
    """The bytes of one Parquet file; the plain fields are null where a conversation stands instead."""
    return write_groups(SCHEMA, (columns_of(group) for group in groups(entries)))


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
    """The columns of SCHEMA."""
    by_name = turned(group)
    told = by_name["messages"]
    texts = [by_name[name] for name in TEXTS]
    if any(told):
        told = [one.text.chat() if one.messages else None for one in group]
        texts = [[None if said else text for text, said in zip(column, told, strict=True)] for column in texts]
    return [*(pa.array(column, pa.string()) for column in texts), pa.array(told, MESSAGES), *kept_of(group)]


def kept_of(group: Sequence[Exported]) -> list[pa.Array]:
    """The columns beside the text."""
    by_name = turned(group)
    return [pa.array(by_name[name], kind) for name, kind in KEPT]


def turned(group: Sequence[Exported]) -> dict[str, Sequence[Any]]:
    """Rows as columns."""
    return dict(zip(Exported._fields, zip(*group, strict=True), strict=True))


PARQUET = Format(
    key="parquet",
    name="Parquet",
    description="A typed table with our fields as columns; a conversation of several turns is a list of messages.",
    read=read_row,
    fits=fits,
    write=write,
    suffix="parquet",
    media_type="application/vnd.apache.parquet",
)
