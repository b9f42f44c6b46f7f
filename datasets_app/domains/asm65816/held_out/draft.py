"""One question about code, not yet stored."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from datasets_app.domains.asm65816.generators.pool.families import FAMILIES
from datasets_app.domains.base import Params

SEED = 9_000


@dataclass(frozen=True, slots=True)
class CodeDraft:
    """Cases of one `cluster` are about one task of the pool. `reference` is an answer that earns the whole point."""

    key: str
    category: str
    cluster: str
    prompt: str
    expected: dict[str, Any]
    reference: str


def moved(params: Params) -> Params | None:
    """The same params with memory where no generator puts it; None where that cannot be."""
    values = FAMILIES[params["routine"]].moved(params["values"])
    return None if values is None else {**params, "values": values}


def spread(drafts: Iterable[CodeDraft | None], count: int, most: int) -> list[CodeDraft]:
    """The first `count` of the drafts, at most `most` of a cluster."""
    taken: Counter[str] = Counter()

    def chosen() -> Iterator[CodeDraft]:
        for draft in drafts:
            if draft is not None and taken[draft.cluster] < most:
                taken[draft.cluster] += 1
                yield draft

    return list(islice(chosen(), count))
