"""What commands share: the shape of their arguments, and of what they print."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TypeAlias

from django.core.exceptions import ValidationError
from django.forms import SlugField

from afsweb.refusal import Refusal

Verbs: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"
SHOWN = 20
MISSING = "—"


class CannotWrite(Refusal):
    """{path} cannot be written: {reason}. Name another file."""


def add_noun(nouns: Verbs, noun: str, text: str) -> Verbs:
    """Where the verbs of `afs NOUN VERB` are added."""
    return nouns.add_parser(noun, help=text).add_subparsers(required=True, metavar="VERB")


def add_limit(listing: argparse.ArgumentParser, shown: int = SHOWN) -> None:
    """`--limit`: how many rows, newest first."""
    listing.add_argument("--limit", type=whole(1, 10_000), default=shown, help=f"how many; {shown} unless given")


def whole(least: int, most: int) -> Callable[[str], int]:
    """The type of an argument that is a whole number from `least` to `most`."""

    def read(text: str) -> int:
        if not text.isdecimal() or not least <= int(text) <= most:
            raise argparse.ArgumentTypeError(f"“{text}” is no whole number from {least} to {most:,}")
        return int(text)

    return read


def share(least: float, most: float) -> Callable[[str], float]:
    """The type of an argument that is a number from `least` to `most`."""

    def read(text: str) -> float:
        with suppress(ValueError):
            if least <= float(text) <= most:
                return float(text)
        raise argparse.ArgumentTypeError(f"“{text}” is no number from {least} to {most}")

    return read


def slug(text: str) -> str:
    """The type of an argument that becomes a name in addresses."""
    try:
        return str(SlugField(max_length=64).clean(text))
    except ValidationError as error:
        raise argparse.ArgumentTypeError(" ".join(error.messages)) from None


def print_table(rows: Iterable[Sequence[object]], *, none: str = "") -> None:
    """Rows in aligned columns, the last as wide as it likes; `none` where there is no row."""
    table = [[_cell(value) for value in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*table, strict=True)][:-1]
    for row in table:
        print("  ".join([*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[-1]]))
    if not table and none:
        print(none)


def _cell(value: object) -> str:
    """A list with commas; a dash where no value is."""
    text = ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
    return MISSING if value is None or not text else plain(text)


def plain(text: str) -> str:
    """`text` without what a terminal would obey: a model's answer must not move its cursor or set its title."""
    return "".join(sign if sign.isprintable() or sign in "\n\t" else "\N{REPLACEMENT CHARACTER}" for sign in text)


def one_line(text: str, width: int = 120) -> str:
    """`text` with its white space as single blanks, cut at `width` characters."""
    line = " ".join(text.split())
    return line if len(line) <= width else f"{line[: width - 1]}…"


def write_out(data: bytes, path: Path | None) -> None:
    """Write to a file, or to standard output without one. Raises CannotWrite."""
    if path is None:
        sys.stdout.buffer.write(data)
        return
    try:
        path.write_bytes(data)
    except OSError as error:
        raise CannotWrite(path=path, reason=error.strerror) from None
    print(f"{len(data):,} bytes written to {path}")
