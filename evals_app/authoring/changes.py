"""What changed between two versions of a suite, case by case."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from afsweb.core.differences import Difference, compare
from evals_app.models import Case, Suite

KINDS = ("changed", "added", "removed")
_FIELDS = ("category", "cluster", "tags", "scorer", "expected")


@dataclass(frozen=True)
class Change:
    """A case in the newer version and in the older one, with what differs; one of the two where it came or went."""

    case: Case
    old: Case | None
    differences: list[Difference]


def changed_cases(old: Suite, new: Suite, kind: str) -> QuerySet[Case]:
    """The cases that changed or were added (rows of `new`), or those that were removed (rows of `old`)."""
    if kind == "removed":
        return old.cases.exclude(key__in=new.cases.values("key"))
    if kind == "added":
        return new.cases.exclude(key__in=old.cases.values("key"))
    before = Case.objects.filter(suite=old, key=OuterRef("key"))
    return new.cases.filter(Exists(before.exclude(sha256=OuterRef("sha256"))))


def count_changes(old: Suite, new: Suite) -> dict[str, int]:
    """How many cases changed, were added and were removed. Three queries."""
    return {kind: changed_cases(old, new, kind).count() for kind in KINDS}


def explain(old: Suite, cases: Sequence[Case], kind: str) -> list[Change]:
    """The cases of one page with what differs in each. One query where they changed, none otherwise."""
    if kind != "changed":
        return [Change(case, None, []) for case in cases]
    before = {case.key: case for case in old.cases.filter(key__in=[case.key for case in cases])}
    return [Change(case, before[case.key], differences(before[case.key], case)) for case in cases]


def differences(old: Case, new: Case) -> list[Difference]:
    """Every part of the case that is not the same in both, word by word."""
    before, after = parts(old), parts(new)
    names = [*after, *(name for name in before if name not in after)]
    pairs = [(name, before.get(name, ""), after.get(name, "")) for name in names]
    return [compare(name, one, other) for name, one, other in pairs if one != other]


def parts(case: Case) -> dict[str, str]:
    """The case as texts, by what they are called."""
    turns: dict[str, str] = {}
    for turn in case.messages[:-1]:
        # By role, so that a system prompt put before the rest does not make everything look changed.
        same = sum(name.startswith(turn["role"]) for name in turns)
        turns[f"{turn['role']} {same + 1}"] = turn["content"]
    turns["question"] = case.question
    good = {f"good answer {at}": text for at, text in enumerate(case.references, 1)}
    return {name: _plain(getattr(case, name)) for name in _FIELDS} | turns | good


def _plain(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True)
