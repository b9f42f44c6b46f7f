"""Lines of JSON as records."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import BinaryIO

from datasets_app.exchange.containers.lines import read_lines
from datasets_app.exchange.containers.record import EXCERPT, Raw, Record, Reject, excerpt_of
from datasets_app.exchange.containers.strict_json import read_object
from datasets_app.exchange.problems import EmptyFile, LineProblem

# The fields of a downloaded reject: its line, why, and the text of a line that is no object.
LINE, REASON, RAW = "_line", "_reason", "_raw"


def read(file: BinaryIO) -> Iterator[Record | Reject]:
    """Yield, for each line that is not blank, its number and object, or its reject."""
    found = False
    try:
        for number, line in read_lines(file):
            found = True
            yield Reject(number, line) if isinstance(line, LineProblem) else read_line(line, number)
    except LineProblem as problem:
        yield Reject(1, problem)
        return
    if not found:
        yield Reject(1, EmptyFile())


def read_line(line: bytes, number: int) -> Record | Reject:
    """The object on one line, or why it is none. The text of a downloaded reject is read as the line."""
    try:
        content = read_object(line, number)
        if isinstance(raw := content.get(RAW), str):
            kept = {LINE: content[LINE]} if LINE in content else {}
            return number, kept | read_object(raw.encode("utf-8", "surrogatepass"), 2)
    except LineProblem as problem:
        return Reject(number, problem, excerpt_of(line[: 4 * EXCERPT].decode("utf-8", "replace")))
    return number, content


def read_raw(file: BinaryIO) -> Iterator[Raw]:
    """Yield the lines as they stand; one that is too long, or a file that cannot be read, gives none."""
    try:
        for number, line in read_lines(file):
            if isinstance(line, bytes):
                yield number, line.decode("utf-8", "replace")
    except LineProblem:
        return


def write_rejects(rejects: Iterator[tuple[int, str, str]], _columns: list[str]) -> Iterator[bytes]:
    """Rejects (line, reason, how it stood) as lines to mend: the object with `_line` and `_reason`, or its `_raw`."""
    for line, reason, raw in rejects:
        said = {LINE: line, REASON: reason}
        yield json.dumps(said | _content(raw), ensure_ascii=False).encode("utf-8", "replace") + b"\n"


def _content(raw: str) -> dict[str, object]:
    try:
        content = read_object(raw.encode(), 2)
        json.dumps(content, ensure_ascii=False).encode()
    except (LineProblem, UnicodeEncodeError):
        return {RAW: raw} if raw else {}
    return {name: value for name, value in content.items() if name not in (LINE, REASON)}
