"""The ladder of checks."""

from __future__ import annotations

from enum import IntEnum


class Rung(IntEnum):
    """How far up a text came: each rung was reached and nothing below it is wrong."""

    NOTHING = 0
    EXTRACT = 1
    PARSE = 2
    ENCODE = 3
    RESOLVE = 4
    FLOW = 5
    FACTS = 6
    MEASURE = 7
    EXECUTE = 8


LADDER = (
    "nothing confirmed",
    "code found",
    "code parsed",
    "encoded without truncation",
    "names resolved or stubbed",
    "flow checked",
    "facts checked",
    "bytes and cycles measured",
    "executed",
)
"""The rungs in words."""
