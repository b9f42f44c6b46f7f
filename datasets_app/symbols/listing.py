"""Symbol maps as lists show them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Func, IntegerField, QuerySet

from datasets_app.domains.asm65816.registers import parse_address
from datasets_app.models import SymbolMap

SHOWN = 200
"""Names on a page; whoever seeks one of the others types it."""


@dataclass(frozen=True)
class Found:
    """The names that match, SHOWN at most: (address as people write it, name); and how many there are in all."""

    names: list[tuple[str, str]]
    total: int


def listed_maps(archived: bool) -> QuerySet[Any]:
    """The maps in use, or those put aside, each with `count`, how many names it has; the names stay unread."""
    count = Func("pairs", function="jsonb_array_length", output_field=IntegerField())
    maps = SymbolMap.objects.filter(is_archived=archived).select_related("domain", "created_by")
    return maps.defer("pairs").annotate(count=count)


def find_names(shown: SymbolMap, words: str) -> Found:
    """The names of a map that contain `words` in any case, or stand at the address it is; all without words."""
    address = parse_address(words) if words else None
    pairs = [
        (int(at), str(name))
        for at, name in shown.pairs
        if not words or at == address or words.casefold() in str(name).casefold()
    ]
    return Found([(f"${at:06X}", name) for at, name in sorted(pairs)[:SHOWN]], len(pairs))
