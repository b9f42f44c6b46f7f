"""Parquet as records, some rows at a time."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from datasets_app.exchange.containers.json_lines import LINE, REASON
from datasets_app.exchange.containers.record import Raw, Record, Reject, excerpt_of
from datasets_app.exchange.containers.tables import write_groups
from datasets_app.exchange.problems import BrokenRows, ColumnTwice, EmptyTable, LineProblem, NotParquet

AT_ONCE = 500
# What pyarrow raises for a file that is cut short, damaged, or not what it says it is.
BROKEN = (pa.ArrowException, OSError, ValueError)


def read(file: BinaryIO) -> Iterator[Record | Reject]:
    """Yield the number of each row, from 1, and its values by column; or why the file cannot be read from there on."""
    row = 0
    try:
        table = open_table(file)
        for batch in _batches(table):
            for content in _contents(batch):
                row += 1
                yield row, content
    except LineProblem as problem:
        yield Reject(1, problem)
    except BROKEN as error:
        yield Reject(row + 1, BrokenRows(row=row + 1, problem=_said(error)))
    else:
        if not row:
            yield Reject(1, EmptyTable())


def open_table(file: BinaryIO) -> pq.ParquetFile:
    """The table in a file. Raises `NotParquet`, `ColumnTwice`."""
    try:
        repeated = _repeated(pq.read_metadata(file))
        file.seek(0)
        table = pq.ParquetFile(file, read_dictionary=repeated, pre_buffer=False)
    except BROKEN as error:
        raise NotParquet(problem=_said(error)) from None
    for name, count in Counter(table.schema_arrow.names).items():
        if count > 1:
            raise ColumnTwice(column=excerpt_of(name)[:60])
    return table


def _repeated(about: pq.FileMetaData) -> list[str]:
    """The texts that are stored as places in a dictionary, and are read so: a long one in many rows is held once.

    Others would have to be put into one first, which costs memory instead.
    """
    if not about.num_row_groups:
        return []
    group = about.row_group(0)
    chunks = [group.column(place) for place in range(group.num_columns)]
    plain = (one for one in chunks if "." not in one.path_in_schema and one.physical_type == "BYTE_ARRAY")
    return [one.path_in_schema for one in plain if one.has_dictionary_page]


def count_rows(file: BinaryIO) -> int:
    """How many rows it says to have; 0 for a file that cannot be read."""
    try:
        return int(open_table(file).metadata.num_rows)
    except LineProblem:
        return 0


def read_raw(file: BinaryIO) -> Iterator[Raw]:
    """Yield each row as it stands: JSON of its values by column, what JSON does not know as text."""
    for entry in read(file):
        if isinstance(entry, Reject):
            return
        yield entry[0], json.dumps(entry[1], default=str)


def write_rejects(rejects: Iterator[tuple[int, str, str]], columns: list[str]) -> Iterator[bytes]:
    """Rejects (line, reason, how it stood) as Parquet to mend: `_line`, `_reason`, and the columns as texts.

    What was no text is written as JSON; such lists of messages are read again as what they say.
    """
    kept = [name for name in columns if name not in (LINE, REASON)]
    schema = pa.schema([(LINE, pa.int64()), (REASON, pa.string()), *((name, pa.string()) for name in kept)])

    def batches() -> Iterator[list[pa.Array]]:
        while some := list(islice(rejects, AT_ONCE)):
            rows = [json.loads(raw) if raw else {} for _, _, raw in some]
            cells = ([_cell(row.get(name)) for row in rows] for name in kept)
            told = (pa.array([one[place] for one in some], schema.types[place]) for place in (0, 1))
            yield [*told, *(pa.array(column, pa.string()) for column in cells)]

    return write_groups(schema, batches())


def _cell(value: Any) -> str | None:
    if value is None:
        return None
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text.encode("utf-8", "replace").decode()


def _batches(table: pq.ParquetFile) -> Iterator[pa.RecordBatch]:
    return iter(table.iter_batches(batch_size=AT_ONCE, use_threads=False))


def _contents(batch: pa.RecordBatch) -> Iterator[dict[str, Any]]:
    columns = {name: _values(column) for name, column in zip(batch.schema.names, batch.columns, strict=True)}
    for place in range(batch.num_rows):
        yield {name: values[place] for name, values in columns.items()}


def _values(column: pa.Array) -> list[Any]:
    """The values as Python's; bytes for a text that is not UTF-8, since Parquet does not check."""
    if pa.types.is_dictionary(column.type):
        known = _values(column.dictionary)
        places = column.indices.to_pylist()
        if any(place is not None and not 0 <= place < len(known) for place in places):
            raise ValueError("a value lies outside its column's dictionary")
        return [None if place is None else known[place] for place in places]
    try:
        return list(column.to_pylist())
    except (UnicodeDecodeError, *BROKEN):
        return [_value(one) for one in column]


def _value(one: Any) -> Any:
    try:
        return one.as_py()
    except UnicodeDecodeError:
        return one.as_buffer().to_pybytes() if hasattr(one, "as_buffer") else b""
    except BROKEN:
        return b""


def _said(error: BaseException) -> str:
    return excerpt_of(" ".join(str(error).split()).rstrip("."))[:160] or type(error).__name__
