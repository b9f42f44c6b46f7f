"""What verifiers are told of a project: the names of its symbol maps, and the version of them all."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256

from datasets_app.domains.base import NO_NAMES, Names
from datasets_app.models import Domain, SymbolMap


@dataclass(frozen=True)
class ProjectNames:
    """The names, and a short hash by which a verdict says which it was given; "" without any."""

    names: Names = NO_NAMES
    version: str = ""


def names_of(domain: Domain) -> ProjectNames:
    """The names of a domain's maps in use. One statement."""
    maps = list(
        SymbolMap.objects.filter(domain=domain, is_archived=False).order_by("pk").values_list("sha256", "pairs")
    )
    if not maps:
        return ProjectNames()
    pairs = {(int(address), str(name)): None for _, rows in maps for address, name in rows}
    return ProjectNames(Names(tuple(pairs)), sha256("".join(digest for digest, _ in maps).encode()).hexdigest()[:16])
