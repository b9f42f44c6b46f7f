"""The coverage cells of a domain as a table: a row for each topic, a column for each kind."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from statistics import median
from urllib.parse import urlencode

from django.urls import reverse

from datasets_app.coverage.topics import label_of, topic_code
from datasets_app.domains.base import UnknownDomain, get_domain
from datasets_app.models import CoverageCell, Domain
from datasets_app.search.conditions import NOTHING

FEWEST, SHADES = 5, 4


@dataclass(frozen=True)
class Place:
    """One place of the table. `cell` is None where there is no sample; `shade` (0 to 4) says how full it is."""

    cell: CoverageCell | None
    is_thin: bool
    shade: int
    url: str


@dataclass(frozen=True)
class Row:
    """A topic with its places, one for each kind, and what they come to."""

    topic: str
    label: str
    places: list[Place]
    accepted: int
    waiting: int


@dataclass(frozen=True)
class Column:
    """A kind, and the address of the form that generates more of it ("" where no program writes it)."""

    kind: str
    generate: str


@dataclass(frozen=True)
class Table:
    """All of it. A cell is thin below `bound` accepted samples."""

    columns: list[Column]
    rows: list[Row]
    bound: int
    thin: int
    counted_at: datetime | None


def coverage_table(domain: Domain) -> Table:
    """The table of a domain, from the cells as they were counted; one statement."""
    cells = list(CoverageCell.objects.filter(domain=domain))
    bound = thin_bound(cells)
    kinds = sorted({cell.kind for cell in cells})
    by_place = {(cell.topic, cell.kind): cell for cell in cells}
    most = max((cell.accepted for cell in cells), default=0)
    rows = [
        _row(domain, topic, [_place(domain, by_place.get((topic, kind)), bound, most) for kind in kinds])
        for topic in _in_order(domain, {cell.topic for cell in cells})
    ]
    return Table(
        [Column(kind, generate_url(domain, kind)) for kind in kinds],
        rows,
        bound,
        sum(cell.accepted < bound for cell in cells),
        min((cell.counted_at for cell in cells), default=None),
    )


def thin_bound(cells: Iterable[CoverageCell]) -> int:
    """Below how many accepted samples a cell is thin: a quarter of the median cell's, at least FEWEST.

    A share and not a fixed number, since what is much in a small dataset is little in a large one.
    """
    accepted = [cell.accepted for cell in cells]
    return max(FEWEST, round(median(accepted) / 4)) if accepted else FEWEST


def generate_url(domain: Domain, kind: str) -> str:
    """The campaign form with the program that writes this kind chosen, or ""."""
    try:
        generators = get_domain(domain.slug).generators
    except UnknownDomain:
        return ""
    for generator in generators:
        if kind in generator.kinds:
            return f"{reverse('launch_campaign')}?{urlencode({'generator': f'{domain.slug}:{generator.name}'})}"
    return ""


def _row(domain: Domain, topic: str, places: list[Place]) -> Row:
    cells = [place.cell for place in places if place.cell]
    accepted, waiting = sum(cell.accepted for cell in cells), sum(cell.waiting for cell in cells)
    return Row(topic, label_of(domain, topic), places, accepted, waiting)


def _place(domain: Domain, cell: CoverageCell | None, bound: int, most: int) -> Place:
    if cell is None:
        return Place(None, False, 0, "")
    query = urlencode({"domain": domain.slug, "kind": cell.kind or NOTHING, "topic": cell.topic or NOTHING})
    shade = -(-SHADES * cell.accepted // most) if most else 0
    return Place(cell, cell.accepted < bound, shade, f"{reverse('list_samples')}?{query}")


def _in_order(domain: Domain, topics: set[str]) -> list[str]:
    """As the domain's code lists them; what it does not know comes last."""
    code = topic_code(domain)
    known = [topic for topic in code.topics if topic in topics] if code else []
    return [*known, *sorted(topics.difference(known))]
