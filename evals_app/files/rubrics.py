"""The rubric of a text: what an `llm-rubric` asks a judge for, kept as a rubric of ours once its cases are."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from evals_app.models import Rubric


def reference_of(text: str) -> str:
    """`slug:number` of the rubric with this text as its one criterion: the same for the same text."""
    return f"imported-{hashlib.sha256(text.strip().encode()).hexdigest()[:16]}:1"


def keep_rubrics(texts: Iterable[str]) -> None:
    """Make the rubrics of these texts that are not there yet."""
    for text in texts:
        slug = reference_of(text).partition(":")[0]
        criteria = [{"name": "as asked", "text": text.strip(), "weight": 1}]
        facts = {"name": text.strip()[:60], "criteria": criteria}
        Rubric.objects.get_or_create(slug=slug, number=1, defaults=facts)
