"""Gates of apps that stand above this one: what evaluation knows of a snapshot and a base.

An app registers them in its module `launch_gates`, as jobs are in its module `jobs`; nothing here names one of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cache

from django.utils.module_loading import autodiscover_modules

from datasets_app.models import Snapshot
from training_app.gates.finding import Finding
from training_app.models import Recipe

Check = Callable[[Recipe, Snapshot], Iterable[Finding]]
_checks: list[Check] = []


def gate(check: Check) -> Check:
    """Register a gate: it is asked before each launch, and while somebody looks at one."""
    _checks.append(check)
    return check


@cache
def _load() -> None:
    autodiscover_modules("launch_gates")


def look_at_others(recipe: Recipe, snapshot: Snapshot) -> Iterator[Finding]:
    """What the gates of other apps find."""
    _load()
    for check in _checks:
        yield from check(recipe, snapshot)
