"""Our own form: lines of JSON, first the suite, then each case whole. Reading what was written gives the same suite."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from evals_app.authoring.revising import drafts_of
from evals_app.files.found import Lost
from evals_app.models import Suite
from evals_app.suites import CaseDraft

CATEGORY = "all"
_FIELDS = tuple(CaseDraft.__dataclass_fields__)
FACTS = ("slug", "number", "name", "domain", "purpose", "scorer", "description")


class RowRefused(ValueError):
    """A row that is no case; its text says why."""


def write(suite: Suite) -> Iterator[str]:
    """The lines of the suite's file, each with its line end."""
    facts = {name: str(getattr(suite, name)) for name in FACTS} | {"domain": suite.domain.slug, "number": suite.number}
    yield _line({"suite": facts})
    for draft in drafts_of(suite):
        yield _line(asdict(draft))


def read_row(row: dict[str, Any], place: str) -> tuple[CaseDraft, list[Lost]]:
    """The case that a row says; fields that no case has are lost. Raises RowRefused."""
    messages = _messages(row)
    draft = CaseDraft(
        key=_text(row, "key"),
        category=_text(row, "category") or CATEGORY,
        cluster=_text(row, "cluster"),
        messages=messages,
        expected=_object(row),
        tags=texts(row, "tags"),
        scorer=_text(row, "scorer"),
        references=texts(row, "references"),
    )
    known = (*_FIELDS, "question", "prompt")
    return draft, [Lost(place, f"no case of ours has a “{name}”") for name in row if name not in known]


def question_of(row: dict[str, Any]) -> str:
    """The text of `question` or `prompt`. Raises RowRefused where neither is one."""
    for name in ("question", "prompt"):
        if isinstance(asked := row.get(name), str) and asked.strip():
            return asked
    raise RowRefused("it has no question: give it “messages”, or a text as “question” or “prompt”.")


def texts(row: dict[str, Any], name: str) -> list[str]:
    """A list of texts of a row, empty where it has none. Raises RowRefused."""
    value = row.get(name) or []
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise RowRefused(f"its {name} must be a list of texts.")
    return value


def _messages(row: dict[str, Any]) -> list[dict[str, str]]:
    if "messages" not in row:
        return [{"role": "user", "content": question_of(row)}]
    value = row["messages"]
    if not isinstance(value, list) or not all(isinstance(turn, dict) and _is_turn(turn) for turn in value):
        raise RowRefused("its messages must be a list of objects with a role and a content, both texts.")
    return value


def _is_turn(turn: dict[str, Any]) -> bool:
    return set(turn) == {"role", "content"} and all(isinstance(value, str) for value in turn.values())


def _object(row: dict[str, Any]) -> dict[str, Any]:
    value = row.get("expected")
    if not isinstance(value, dict):
        raise RowRefused("its expected must be an object: what its scorer needs.")
    return value


def _text(row: dict[str, Any], name: str) -> str:
    value = row.get(name, "")
    if not isinstance(value, str):
        raise RowRefused(f"its {name} must be a text.")
    return value


def _line(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n"
