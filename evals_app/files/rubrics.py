"""The rubric of a text: what an `llm-rubric` asks a judge for, kept as a rubric of ours."""

from __future__ import annotations

import hashlib
from typing import Any

from evals_app.models import Rubric


def rubric_for(text: Any) -> str | None:
    """`slug:number` of the rubric with this text as its one criterion, made if there is none; None for no text."""
    if not isinstance(text, str) or not text.strip():
        return None
    slug = f"imported-{hashlib.sha256(text.strip().encode()).hexdigest()[:16]}"
    criteria = [{"name": "as asked", "text": text.strip(), "weight": 1}]
    rubric, _ = Rubric.objects.get_or_create(
        slug=slug, number=1, defaults={"name": text.strip()[:60], "criteria": criteria}
    )
    return f"{rubric.slug}:{rubric.number}"
