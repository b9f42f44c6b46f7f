"""What a file of cases holds: the cases, what it says of the suite, and what could not be carried over."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils.text import slugify

from evals_app.suites import CaseDraft


@dataclass(frozen=True)
class Lost:
    """Something of the file that no case of ours can hold: where it stands, what it is, why it was left."""

    place: str
    what: str

    def __str__(self) -> str:
        return f"{self.place}: {self.what}"


@dataclass
class Found:
    """`facts` are those that the file gives of the suite: name, purpose, scorer, domain, description.

    `rubrics` are texts that a judge is to go by, which the cases refer to (see `rubrics.reference_of`).
    """

    drafts: list[CaseDraft] = field(default_factory=list)
    lost: list[Lost] = field(default_factory=list)
    facts: dict[str, Any] = field(default_factory=dict)
    rubrics: set[str] = field(default_factory=set)


def key_of(messages: Sequence[dict[str, str]]) -> str:
    """A key for a case whose file gives none: of what is asked, so that another order of rows changes no key."""
    sha256 = hashlib.sha256(json.dumps(messages, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
    return f"{slugify(messages[-1]['content'])[:48]}-{sha256[:10]}".lstrip("-")


def with_keys(drafts: Sequence[CaseDraft]) -> list[CaseDraft]:
    """Every draft with a key: those without one get it of what they ask, a number behind it where it is taken."""
    taken = Counter(draft.key for draft in drafts if draft.key)
    found = []
    for draft in drafts:
        key = draft.key or key_of(draft.messages)
        if not draft.key:
            taken[key] += 1
            key = key if taken[key] == 1 else f"{key}-{taken[key]}"
        found.append(replace(draft, key=key, cluster=draft.cluster or key))
    return found
