"""What commands say and ask on a terminal. No Django."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import TypeAlias

from afsweb.refusal import Refusal

SHOWN = 50
# What adds sub-commands; argparse itself cannot write down this type when a program runs.
Parsers: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"
# Texts come from anybody. A terminal obeys control characters, and those of 20xx turn the order of a line round;
# halves of surrogate pairs, which an argument may hold, cannot be printed at all.
CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


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
