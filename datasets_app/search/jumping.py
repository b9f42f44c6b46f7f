"""From what a person types to the one sample it names: #123, a uuid, or the beginning of one."""

from __future__ import annotations

import re
from uuid import UUID

from datasets_app.models import Sample

SHORTEST = 8
"""Characters of a uuid's beginning that name a sample: of a million, hardly two begin with the same."""
_NUMBER = re.compile(r"#(\d{1,18})", re.ASCII)
_BEGINNING = re.compile(r"[0-9a-f-]{8,36}", re.IGNORECASE)


def named_sample(text: str) -> Sample | None:
    """The sample whose number or uuid `text` is, or whose uuid alone begins with it; None for anything else."""
    rows = Sample.objects.filter(current__isnull=False)
    text = text.strip()
    if number := _NUMBER.fullmatch(text):
        return rows.filter(pk=int(number[1])).first()
    digits = text.replace("-", "").lower()
    if not _BEGINNING.fullmatch(text) or not SHORTEST <= len(digits) <= 32:
        return None
    first, last = (UUID(digits.ljust(32, fill)) for fill in "0f")
    found = list(rows.filter(uuid__gte=first, uuid__lte=last)[:2])
    return found[0] if len(found) == 1 else None
