"""Reading a file of samples line by line: each line is a row, or a reason why it is none."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from datasets_app.exchange.lines import read_lines
from datasets_app.exchange.problems import EmptyFile, LineProblem
from datasets_app.exchange.rows import Row, read_row
from datasets_app.exchange.strict_json import read_object

EXCERPT = 200


@dataclass(frozen=True)
class Reject:
    """A line that was not taken, and why. `line` counts from 1; the excerpt is its beginning."""

    line: int
    problem: LineProblem
    excerpt: str = ""


def read_samples(file: BinaryIO) -> Iterator[tuple[int, Row] | Reject]:
    """Yield, for each line of a JSONL file that is not blank, its number and row, or its reject."""
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


def read_line(line: bytes, number: int) -> tuple[int, Row] | Reject:
    """The row on one line, or why it is none."""
    try:
        return number, read_row(read_object(line, number))
    except LineProblem as problem:
        return Reject(number, problem, excerpt_of(line[: 4 * EXCERPT].decode("utf-8", "replace")))


def excerpt_of(text: str) -> str:
    """The beginning of a text, fit for any database."""
    return text[:EXCERPT].replace("\0", "\N{REPLACEMENT CHARACTER}").encode("utf-8", "replace").decode()
