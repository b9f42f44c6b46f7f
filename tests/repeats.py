"""A guard against queries in loops: statements of one shape that a request makes again and again.

with repeats() as found:
    client.get(...)
assert found.over(3) == []
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Any

from django.db import connection

LISTS = re.compile(r"\((?:%s|\d+)(?:, (?:%s|\d+))*\)")
NUMBERS = re.compile(r"\b\d+\b")
# What a transaction consists of, and what each request asks about who asks.
ALWAYS = ("SAVEPOINT", "RELEASE", "ROLLBACK", "SET ", "SHOW ")


class Repeats:
    """The statements of a block, counted by their shape: what they are without the values."""

    def __init__(self) -> None:
        self.shapes: Counter[str] = Counter()

    def over(self, most: int) -> list[str]:
        """Shapes that came more than `most` times, as `count x statement`, the worst first."""
        return [f"{count} x {shape[:300]}" for shape, count in self.shapes.most_common() if count > most]

    def count(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        """To be wrapped around each statement."""
        if not sql.startswith(ALWAYS):
            self.shapes[shape_of(sql)] += 1
        return execute(sql, params, many, context)


def shape_of(sql: str) -> str:
    """A statement without its values: lists of any length are one, numbers are one."""
    return NUMBERS.sub("n", LISTS.sub("(…)", str(sql)))


@contextmanager
def repeats() -> Generator[Repeats]:
    """Count the statements of the block on this thread's connection."""
    found = Repeats()
    with connection.execute_wrapper(found.count):
        yield found
