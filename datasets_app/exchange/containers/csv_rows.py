"""CSV as records: UTF-8, the columns' names first, cells in double quotes where they need them (RFC 4180)."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from typing import BinaryIO

from datasets_app.exchange.containers.json_lines import LINE, REASON
from datasets_app.exchange.containers.lines import LINE_LIMIT, without_mark
from datasets_app.exchange.containers.record import Raw, Record, Reject, excerpt_of
from datasets_app.exchange.problems import ColumnTwice, EmptyTable, EndlessRow, LineProblem, NotCsv, WrongCells

DELIMITERS = ",;\t"
# No cell is longer than a row, whose bytes are bounded below; the module's own limit is for the whole process.
csv.field_size_limit(max(csv.field_size_limit(), 2 * LINE_LIMIT))


class _Lines:
    """The lines of a file, decoded; bytes that are not UTF-8 become halves of surrogate pairs, which no cell may hold.

    `number` is that of the line that was given last. A row of too many bytes raises `EndlessRow`.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.number = self.room = 0

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = self._file.readline(self.room + 1)
        self.room -= len(line)
        if self.room < 0:
            raise EndlessRow(limit=LINE_LIMIT)
        if not line:
            raise StopIteration
        self.number += 1
        return (without_mark(line) if self.number == 1 else line).decode("utf-8", "surrogateescape")


def read(file: BinaryIO) -> Iterator[Record | Reject]:
    """Yield, for each row, the number of its first line and its cells by column, or its reject."""
    found, columns = False, list[str]()
    for number, row in _rows(file):
        if isinstance(row, LineProblem):
            yield Reject(number, row)
            found = True
        elif not columns:
            columns = _names(row)
            twice = next((name for name in columns if columns.count(name) > 1), None)
            if twice is not None:
                yield Reject(number, ColumnTwice(column=excerpt_of(twice)[:60]))
                return
        else:
            found = True
            yield _record(number, row, columns)
    if not found:
        yield Reject(1, EmptyTable())


def read_raw(file: BinaryIO) -> Iterator[Raw]:
    """Yield each row as it stands: JSON of its cells by column, or of the list of them where they do not fit."""
    columns = list[str]()
    for number, row in _rows(file):
        if isinstance(row, LineProblem):
            continue
        if columns:
            cells = dict(zip(columns, row, strict=True)) if len(row) == len(columns) else row
            yield number, json.dumps(cells)
        columns = columns or _names(row)


def write_rejects(rejects: Iterator[tuple[int, str, str]], columns: list[str]) -> Iterator[bytes]:
    """Rejects (line, reason, how it stood) as CSV to mend: `_line` and `_reason` before the columns of the file."""
    kept = [name for name in columns if name not in (LINE, REASON)]
    yield _line([LINE, REASON, *kept])
    for line, reason, raw in rejects:
        row = json.loads(raw) if raw else []
        cells = [row.get(name, "") for name in kept] if isinstance(row, dict) else row
        yield _line([str(line), reason, *cells])


def _rows(file: BinaryIO) -> Iterator[tuple[int, list[str] | LineProblem]]:
    """The rows that are not blank, the header too, each with the number of its first line."""
    lines = _Lines(file)
    reader = csv.reader(lines, delimiter=_delimiter(file), strict=True)
    while True:
        number, lines.room = lines.number + 1, LINE_LIMIT
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield number, NotCsv(problem=error)
            continue
        except LineProblem as problem:
            yield number, problem
            return
        if row:
            yield number, row


def _delimiter(file: BinaryIO) -> str:
    """The one that stands most often in the first line; spreadsheets of some countries write semicolons."""
    start = file.tell()
    line = file.readline(LINE_LIMIT).decode("utf-8", "replace")
    file.seek(start)
    return max(DELIMITERS, key=line.count)


def _names(row: list[str]) -> list[str]:
    """The names of the columns; one without a name is called by its place."""
    return [excerpt_of(name.strip()) or f"column {place}" for place, name in enumerate(row, 1)]


def _record(number: int, row: list[str], columns: list[str]) -> Record | Reject:
    if len(row) != len(columns):
        problem = WrongCells(found=len(row), wanted=len(columns))
        return Reject(number, problem, excerpt_of(",".join(row)))
    return number, dict(zip(columns, row, strict=True))


def _line(cells: list[str]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerow(cells)
    return text.getvalue().encode("utf-8", "replace")
