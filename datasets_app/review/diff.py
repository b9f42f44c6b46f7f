"""Two versions of a sample side by side, part by part."""

from __future__ import annotations

from afsweb.core.differences import Difference, compare
from datasets_app.models import Text

FIELDS = ("system", "instruction", "input", "output")


def differences(old: Text, new: Text) -> list[Difference]:
    """What differs between two texts, part by part; parts that are the same in both stay out."""
    pairs = [(name.capitalize(), getattr(old, name), getattr(new, name)) for name in FIELDS]
    if old.messages or new.messages:
        turns = zip(old.chat(), new.chat(), strict=False)
        pairs = [(a["role"].capitalize(), a["content"], b["content"]) for a, b in turns]
    return [compare(label, before, after) for label, before, after in pairs if before != after]
