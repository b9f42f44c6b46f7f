"""Reading a file of cases, whichever of the three forms it has."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from typing import Any

from datasets_app.exchange.containers import json_lines
from datasets_app.exchange.containers.record import Reject
from datasets_app.exchange.containers.strict_json import read_json
from datasets_app.exchange.problems import LineProblem
from evals_app.errors import SuiteFileRefused, SuiteFileTooLarge
from evals_app.files import keywords, own, promptfoo
from evals_app.files.found import Found, Lost, with_keys
from evals_app.files.own import RowRefused

MOST_BYTES = 8_000_000
_YAML = (".yaml", ".yml")


def read_cases(data: bytes, name: str = "") -> Found:
    """The cases of a file; `name` tells YAML by its ending, else its beginning tells. Raises SuiteFileRefused with the
    line, and SuiteFileTooLarge."""
    if len(data) > MOST_BYTES:
        raise SuiteFileTooLarge(most=MOST_BYTES // 1_000_000)
    if name.lower().endswith(_YAML) or data.lstrip()[:1] not in (b"{", b"["):
        found = promptfoo.read(_decoded(data))
    else:
        found = _read_rows(data)
    if not found.drafts:
        raise SuiteFileRefused(place="The file", reason="it holds no case that can be scored")
    found.drafts = with_keys(found.drafts)
    return found


def _read_rows(data: bytes) -> Found:
    found = Found()
    for place, row in _rows(data):
        if set(row) == {"suite"} and isinstance(row["suite"], dict):
            found.facts = {name: value for name, value in row["suite"].items() if name in own.FACTS}
            found.lost += [Lost(place, f"a suite has no “{name}”") for name in row["suite"] if name not in own.FACTS]
            continue
        read = keywords.read_row if keywords.is_row(row) else own.read_row
        try:
            draft, lost = read(row, place)
        except RowRefused as error:
            raise SuiteFileRefused(place=place, reason=str(error).rstrip(".")) from None
        found.drafts.append(draft)
        found.lost += lost
    return found


def _rows(data: bytes) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each object with where it stands: its line, or its place in one list."""
    if data.lstrip()[:1] == b"[":
        yield from _listed(data)
        return
    for record in json_lines.read(io.BytesIO(data)):
        if isinstance(record, Reject):
            raise SuiteFileRefused(place=f"Line {record.line}", reason=str(record.problem).rstrip("."))
        yield f"Line {record[0]}", record[1]


def _listed(data: bytes) -> Iterator[tuple[str, dict[str, Any]]]:
    try:
        rows = read_json(_decoded(data))
    except json.JSONDecodeError as error:
        raise SuiteFileRefused(place=f"Line {error.lineno}", reason=f"this is no JSON: {error.msg}") from None
    except LineProblem as error:
        raise SuiteFileRefused(place="The file", reason=str(error).rstrip(".")) from None
    for number, row in enumerate(rows, 1):
        if not isinstance(row, dict):
            raise SuiteFileRefused(place=f"Row {number}", reason="it is no object")
        yield f"Row {number}", row


def _decoded(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise SuiteFileRefused(place=f"Line {line}", reason="this is no UTF-8 text") from None
