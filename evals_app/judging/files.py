"""A rubric as a file: the JSON that `afs rubric make` reads and `afs rubric show --json` writes."""

from __future__ import annotations

import json
from typing import Any

from evals_app.errors import RubricRefused
from evals_app.judging.rubrics import RubricDraft
from evals_app.models import Rubric

PARTS = ("criteria", "safety", "anchors")


def read_rubric(text: str) -> RubricDraft:
    """The rubric that a file holds, not checked yet. Raises RubricRefused."""
    try:
        told: Any = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise RubricRefused(reason=f"the file is no JSON ({error})") from None
    if not isinstance(told, dict):
        raise RubricRefused(reason="the file must hold one object with slug, name and criteria")
    unknown = sorted(set(told) - {"slug", "name", *PARTS})
    if unknown:
        raise RubricRefused(reason=f"nothing is called “{unknown[0]}”; there are slug, name, {', '.join(PARTS)}")
    slug, name = told.get("slug"), told.get("name")
    if not isinstance(slug, str) or not isinstance(name, str):
        raise RubricRefused(reason="its slug and its name must be texts")
    return RubricDraft(slug, name, *(told.get(part, []) for part in PARTS))


def write_rubric(rubric: Rubric) -> str:
    """The file that makes this version again."""
    told = {"slug": rubric.slug, "name": rubric.name} | {part: getattr(rubric, part) for part in PARTS}
    return json.dumps(told, ensure_ascii=False, indent=2)
