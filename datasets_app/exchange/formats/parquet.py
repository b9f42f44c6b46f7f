"""Parquet: a typed table that every data tool reads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from datasets_app.exchange.formats.base import Exported, Format
from datasets_app.exchange.formats.own import fits
from datasets_app.exchange.rows import read_row


def write(entries: Iterable[Exported]) -> Iterator[bytes]:
    """The bytes of one Parquet file; the plain fields are null where a conversation stands instead."""
    from datasets_app.exchange.containers.tables import write_fields

    return write_fields(entries)


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
