"""Lists that a table holds as JSON in a cell."""

from __future__ import annotations

import json
from typing import Any

from datasets_app.exchange.containers.record import excerpt_of
from datasets_app.exchange.containers.strict_json import read_json
from datasets_app.exchange.problems import CellNotJson, CellNotUtf8

LISTS = ("messages", "conversations", "tags", "history")


def unfolded(content: dict[str, Any]) -> dict[str, Any]:
    """A row of a table with the lists that stand in its cells as JSON, and without its empty cells.

    Raises `CellNotJson`, `CellNotUtf8`.
    """
    told = {name: value for name, value in content.items() if value is not None and value != ""}
    for name, value in told.items():
        if isinstance(value, str) and not value.isascii() and any("\udc80" <= one <= "\udcff" for one in value):
            raise CellNotUtf8(column=excerpt_of(name)[:60])
    return told | {name: list_in(told[name], name) for name in LISTS if name in told}


def list_in(value: Any, name: str) -> Any:
    """What a cell says: itself, or what its JSON says. Raises `CellNotJson`, or another `LineProblem` of JSON."""
    if not isinstance(value, str):
        return value
    try:
        return read_json(value)
    except json.JSONDecodeError as error:
        problem = f"{error.msg} at character {error.pos + 1:,}."
        raise CellNotJson(column=excerpt_of(name)[:60], problem=problem) from None
