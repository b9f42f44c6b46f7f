"""What commands say and ask on a terminal. No Django."""

from __future__ import annotations

import argparse
import re
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TypeAlias

from afsweb.refusal import Refusal

Verbs: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"
SHOWN = 50
MISSING = "—"
STEP = 5.0  # seconds between two lines about how far one step is
# Texts come from anybody. A terminal obeys control characters, and those of 20xx turn the order of a line round;
# halves of surrogate pairs, which an argument may hold, cannot be printed at all.
CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


class CannotWrite(Refusal):
    """{path} cannot be written: {reason}. Name another file."""


class NotConfirmed(Refusal):
    """Nothing was changed: answer y to go on, or give --yes where nobody can answer."""


def clean(text: object) -> str:
    """`text` without what a terminal would obey instead of showing it; line ends and tabs stay."""
    return CONTROLS.sub("\N{REPLACEMENT CHARACTER}", str(text))


def say(text: object = "") -> None:
    """Print a line, or several, as `clean` leaves them."""
    print(clean(text))


def clip(text: object, width: int) -> str:
    """The beginning of `text` in one line of at most `width` characters."""
    line = " ".join(clean(text).split())
    return line if len(line) <= width else line[: width - 1] + "…"


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
    return MISSING if value is None or not text else clean(text)


class Steps:
    """What long work says on standard error: each step as it begins, and every few seconds how far the whole is."""

    def __init__(self) -> None:
        self.note, self.next_at = "", 0.0

    def __call__(self, done: int, total: int, note: str) -> None:
        """`done` of `total` bytes; `note` is the step."""
        now = time.monotonic()
        if note == self.note and now < self.next_at:
            return
        self.note, self.next_at = note, now + STEP
        print(clean(f"{note}, {100 * done // max(total, 1)} %"), file=sys.stderr, flush=True)


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


def confirm(question: str, *, yes: bool) -> None:
    """Ask before something that cannot be undone; with `yes` nobody is asked. Raises NotConfirmed."""
    if yes:
        return
    try:
        answer = input(clean(f"{question} [y/N] "))
    except EOFError:
        print()
        raise NotConfirmed from None
    if answer.strip().lower() not in ("y", "yes"):
        raise NotConfirmed


def add_noun(nouns: Verbs, noun: str, text: str) -> Verbs:
    """Where the verbs of `afs NOUN VERB` are added."""
    return nouns.add_parser(noun, help=text).add_subparsers(required=True, metavar="VERB")


def add_yes(parser: argparse.ArgumentParser) -> None:
    """Let `--yes` stand for the answer to `confirm`."""
    parser.add_argument("--yes", action="store_true", help="go on without asking")


def add_limit(parser: argparse.ArgumentParser, shown: int = SHOWN) -> None:
    """Let `--limit` say how many rows a list shows."""
    parser.add_argument(
        "--limit", type=whole(1, 1_000_000), default=shown, help=f"how many, the newest first; {shown} unless given"
    )


def whole(low: int, high: int) -> Callable[[str], int]:
    """An argument that is a whole number from `low` to `high`."""

    def read(text: str) -> int:
        if not text.removeprefix("-").isdecimal() or not low <= int(text) <= high:
            raise argparse.ArgumentTypeError(f"{text} is no whole number from {low:,} to {high:,}")
        return int(text)

    return read


def share(low: float, high: float) -> Callable[[str], float]:
    """An argument that is a number from `low` to `high`."""

    def read(text: str) -> float:
        with suppress(ValueError):
            if low <= float(text) <= high:
                return float(text)
        raise argparse.ArgumentTypeError(f"{text} is no number from {low} to {high}")

    return read


def slug(text: str) -> str:
    """An argument that becomes a name in addresses, as forms take one."""
    if not re.fullmatch(r"[-a-zA-Z0-9_]{1,64}", text):
        raise argparse.ArgumentTypeError("give 1 to 64 letters without accents, digits, hyphens and underscores")
    return text


def words(longest: int) -> Callable[[str], str]:
    """An argument of 1 to `longest` characters that a database can keep."""

    def read(text: str) -> str:
        if not text.strip() or len(text) > longest:
            raise argparse.ArgumentTypeError(f"give 1 to {longest} characters")
        return text.encode("utf-8", "replace").decode()

    return read


def dollars(text: str) -> Decimal:
    """An argument that is an amount in US dollars, from 0 to 99,999,999.99."""
    try:
        amount = Decimal(text)
    except InvalidOperation:
        amount = Decimal(-1)
    if not amount.is_finite() or not 0 <= amount < 100_000_000:
        raise argparse.ArgumentTypeError(f"{text} is no amount in US dollars, such as 2.50")
    return amount.quantize(Decimal("0.01"))
