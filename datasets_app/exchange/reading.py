"""Reading a file of samples: each record is a row, or a reason why it is none."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from types import ModuleType
from typing import Any, BinaryIO

from datasets_app.exchange.containers import csv_rows, json_lines
from datasets_app.exchange.containers.json_lines import LINE, REASON
from datasets_app.exchange.containers.kind import CSV, LINES, PARQUET
from datasets_app.exchange.containers.record import Record, Reject, excerpt_of
from datasets_app.exchange.formats import read_any
from datasets_app.exchange.lists import unfolded
from datasets_app.exchange.problems import LineProblem
from datasets_app.exchange.rows import Row

__all__ = ["Reject", "read_line", "read_records", "read_rows", "read_samples"]


ReadRow = Callable[[dict[str, Any]], Row]


def container_of(kind: str) -> ModuleType:
    """What reads such a file, and writes its rejects."""
    if kind == PARQUET:
        from datasets_app.exchange.containers import parquet_rows  # pyarrow is large, and few processes need it

        return parquet_rows
    return {LINES: json_lines, CSV: csv_rows}[kind]


def read_samples(file: BinaryIO, kind: str = LINES, read: ReadRow = read_any) -> Iterator[tuple[int, Row] | Reject]:
    """Yield the number and row of each record of a file that is `kind`, or its reject."""
    return read_rows(read_records(file, kind), reader_of(kind, read))


def reader_of(kind: str, read: ReadRow) -> ReadRow:
    """`read` for the records of a kind of file: cells of a table may hold lists as JSON."""
    return read if kind == LINES else lambda content: read(unfolded(content))


def read_records(file: BinaryIO, kind: str) -> Iterator[Record | Reject]:
    """Yield the number and content of each record, or its reject; the reason on a downloaded reject is taken away."""
    for entry in container_of(kind).read(file):
        if not isinstance(entry, Reject):
            entry[1].pop(REASON, None)
        yield entry


def read_rows(records: Iterable[Record | Reject], read: ReadRow) -> Iterator[tuple[int, Row] | Reject]:
    """The rows of the records, as `read` makes them."""
    for entry in records:
        yield entry if isinstance(entry, Reject) else _row(*entry, read)


def read_line(line: bytes, number: int, read: ReadRow = read_any) -> tuple[int, Row] | Reject:
    """The row on one line of JSON, or why it is none."""
    entry = json_lines.read_line(line, number)
    return entry if isinstance(entry, Reject) else _row(*entry, read)


def _row(number: int, content: dict[str, Any], read: ReadRow) -> tuple[int, Row] | Reject:
    content.pop(LINE, None)
    try:
        return number, read(content)
    except LineProblem as problem:
        return Reject(number, problem, excerpt_of(_shown(content)))


def _shown(content: dict[str, Any]) -> str:
    return json.dumps(content, ensure_ascii=False, default=str)[:1000]
