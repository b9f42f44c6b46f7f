"""Rows of a question with the words that an answer should have, as the first scores of the experts were counted.

Those were found words / expected words, each taken where it occurs at all: the scorer `keyword_legacy`.
"""

from __future__ import annotations

from typing import Any

from evals_app.files.found import Lost
from evals_app.files.own import CATEGORY, RowRefused, question_of, texts
from evals_app.suites import CaseDraft

WORDS = ("expected_keywords", "keywords")
SCORER = "keyword_legacy"
_KEYS = ("key", "id", "name")
_KNOWN = {*WORDS, *_KEYS, "question", "prompt", "category", "system"}


def is_row(row: dict[str, Any]) -> bool:
    """Whether a row is one of these."""
    return any(name in row for name in WORDS) and "expected" not in row


def read_row(row: dict[str, Any], place: str) -> tuple[CaseDraft, list[Lost]]:
    """The case that a row says; fields that no case has are lost. Raises RowRefused."""
    words = next(texts(row, name) for name in WORDS if name in row)
    if not words:
        raise RowRefused("it expects no word: an answer could not be scored.")
    system = [{"role": "system", "content": str(row["system"])}] if row.get("system") else []
    messages = [*system, {"role": "user", "content": question_of(row)}]
    key = next((str(row[name]) for name in _KEYS if row.get(name)), "")
    category = str(row.get("category") or CATEGORY)
    draft = CaseDraft(key, category, "", messages, {"keywords": words}, scorer=SCORER)
    return draft, [Lost(place, f"no case of ours has a “{name}”") for name in row if name not in _KNOWN]
