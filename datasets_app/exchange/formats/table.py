"""CSV: our fields as columns, in UTF-8, commas and double quotes (RFC 4180); conversations and tags as JSON."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator
from itertools import islice

from datasets_app.exchange.formats.base import Exported, Format
from datasets_app.exchange.formats.own import TOLD, fits, told
from datasets_app.exchange.rows import read_row

COLUMNS = ("instruction", "input", "output", "system", "messages", "kind", "group_id", "tags", *TOLD)
AT_ONCE = 500


def write(entries: Iterable[Exported]) -> Iterator[bytes]:
    """The header, then rows. Cells are written as they are, so that they read back exactly."""
    yield _rows([COLUMNS])
    rows = map(cells_of, entries)
    while some := list(islice(rows, AT_ONCE)):
        yield _rows(some)


def cells_of(entry: Exported) -> list[str]:
    """The cells of a sample; the plain fields are empty where a conversation of several turns stands instead."""
    plain = [entry.instruction, entry.input, entry.output, entry.system]
    said = ["", "", "", "", _json(entry.text.chat())] if entry.messages else [*plain, ""]
    kept = [entry.kind, entry.group_id, _json(entry.tags) if entry.tags else ""]
    return said + kept + ["" if value is False else str(value) for value in told(entry).values()]


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _rows(rows: Iterable[Iterable[str]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return text.getvalue().encode()


CSV = Format(
    key="csv",
    name="CSV",
    description=(
        "A table with our fields as columns; conversations and tags stand as JSON in their cells. Cells that begin with"
        " =, +, - or @ are written as they are, and a spreadsheet may take them for formulas: read the columns as text."
    ),
    read=read_row,
    fits=fits,
    write=write,
    suffix="csv",
    media_type="text/csv; charset=utf-8",
)
