"""What every kind of file is read as: a record with its number, or the reason why it is none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

from datasets_app.exchange.problems import LineProblem

EXCERPT = 200


@dataclass(frozen=True)
class Reject:
    """A line that was not taken, and why. `line` counts from 1; the excerpt is its beginning."""

    line: int
    problem: LineProblem
    excerpt: str = ""


Record: TypeAlias = tuple[int, dict[str, Any]]
# How a record stood in its file, so that a person can mend it: the text of a line, or JSON of a row of a table.
Raw: TypeAlias = tuple[int, str]


def excerpt_of(text: str) -> str:
    """The beginning of a text, fit for any database."""
    return text[:EXCERPT].replace("\0", "\N{REPLACEMENT CHARACTER}").encode("utf-8", "replace").decode()
