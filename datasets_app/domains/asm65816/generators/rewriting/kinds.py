"""What a kind of optimisation is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from datasets_app.domains.asm65816.generators.pool.lines import Code
from datasets_app.domains.asm65816.generators.site import Site


@dataclass(frozen=True, slots=True)
class Rewriting:
    """A kind of optimisation: where its inverse can be applied, and what to say; {slow} and {fast} quote code."""

    slug: str
    sites: Callable[[Code], Iterator[Site]]
    whys: tuple[str, ...]
