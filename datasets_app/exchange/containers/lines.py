"""Lines of a file of any size and content, in bounded memory."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from itertools import count
from typing import BinaryIO

from datasets_app.exchange.containers.kind import check_unpacked
from datasets_app.exchange.problems import LineTooLong, OtherEncoding

LINE_LIMIT = 1_000_000
_SKIP = 65_536
# Longest first: the mark of UTF-32 begins with that of UTF-16.
_MARKS = (
    (codecs.BOM_UTF32_LE, "UTF-32"),
    (codecs.BOM_UTF32_BE, "UTF-32"),
    (codecs.BOM_UTF16_LE, "UTF-16"),
    (codecs.BOM_UTF16_BE, "UTF-16"),
)


def read_lines(file: BinaryIO) -> Iterator[tuple[int, bytes | LineTooLong]]:
    """Yield the number (from 1) and the bytes of each line that is not blank; the problem for one over LINE_LIMIT.

    A UTF-8 byte order mark at the start of the file is left out. Raises `OtherEncoding`, `Packed`.
    """
    for number in count(1):
        line = file.readline(LINE_LIMIT + 2)
        if not line:
            return
        content = (without_mark(line) if number == 1 else line).removesuffix(b"\n").removesuffix(b"\r")
        if len(content) > LINE_LIMIT:
            _skip_rest(file, line)
            yield number, LineTooLong(limit=LINE_LIMIT)
        elif content.strip():
            yield number, content


def without_mark(line: bytes) -> bytes:
    """The first line of a file without its byte order mark. Raises `OtherEncoding`, and `Packed` for an archive."""
    check_unpacked(line)
    for mark, encoding in _MARKS:
        if line.startswith(mark):
            raise OtherEncoding(encoding=encoding)
    return line.removeprefix(codecs.BOM_UTF8)


def _skip_rest(file: BinaryIO, line: bytes) -> None:
    while line and not line.endswith(b"\n"):
        line = file.readline(_SKIP)
