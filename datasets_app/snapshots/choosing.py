"""Which samples a snapshot takes, and what that comes to before it is built."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, QuerySet
from django.forms import SelectMultiple
from django.http import QueryDict
from django.utils.http import urlencode

from datasets_app.models import Domain, Sample, SampleState
from datasets_app.search.filters import SampleFilter, filter_samples
from datasets_app.snapshots.balance import Balance
from datasets_app.snapshots.errors import FilterLost, SnapshotEmpty

Filter = dict[str, Any]
"""Field of `SampleFilter` -> value, or list of values, as in the list's address; no state: only accepted ones count."""


@dataclass(frozen=True)
class Selection:
    """Which accepted samples to take: those that a filter of the list of samples finds, of these sources (none: all).

    A filter that names no domain takes several: an expert may learn from more than one subject. Nothing downstream
    asks for one domain, so the snapshot then has none, and a balance keeps the small one from drowning.
    """

    filter: Filter = field(default_factory=dict)
    source_ids: tuple[int, ...] = ()

    @classmethod
    def of(cls, domain: Domain, **more: Any) -> Selection:
        """All of a domain; of those what `more` asks for, such as `golden="yes"`."""
        return cls({"domain": domain.slug, **more})

    @classmethod
    def from_json(cls, query: dict[str, Any], domain: Domain | None) -> Selection:
        """The selection that a snapshot was built with; older ones knew golden alone, and kept the domain apart."""
        if "filter" in query:
            return cls(query["filter"], tuple(query["source_ids"]))
        older = {"domain": domain.slug if domain else "", "golden": "yes" if query.get("golden_only") else ""}
        return cls({name: value for name, value in older.items() if value}, tuple(query.get("source_ids", ())))

    @property
    def address(self) -> str:
        """The filter as the list's address says it, for a link to what it finds now."""
        return urlencode({**self.filter, "state": SampleState.ACCEPTED}, doseq=True)

    def form(self) -> SampleFilter:
        """The filter as a form."""
        return SampleFilter(QueryDict(self.address))

    def wanted(self) -> dict[str, Any]:
        """What is filtered by. Raises `FilterLost` rather than taking more than was asked for."""
        wanted = self.form().wanted()
        lost = [f"{name} {value}" for name, value in self.filter.items() if name not in wanted]
        if lost:
            raise FilterLost(lost=", ".join(lost))
        return wanted

    def samples(self) -> QuerySet[Sample]:
        """The samples that fit now. Raises `FilterLost`."""
        accepted = Sample.objects.filter(state=SampleState.ACCEPTED, current__isnull=False)
        samples = filter_samples(accepted, self.wanted())
        return samples.filter(source__in=self.source_ids) if self.source_ids else samples

    def check(self) -> None:
        """Raise `SnapshotEmpty` when no sample fits, and `FilterLost`."""
        if not self.samples().exists():
            also = " this filter" if self.filter else ""
            raise SnapshotEmpty(also=also + (" and these sources" if self.source_ids else ""))


def filter_in(query: QueryDict) -> Filter:
    """The filter that an address or a sent form says, without its state and whatever else is there."""
    found: Filter = {}
    for name, one in SampleFilter.base_fields.items():
        values = [value for value in query.getlist(name) if value.strip()]
        if values and name != "state":
            found[name] = values if isinstance(one.widget, SelectMultiple) else values[-1]
    return found


def filter_of(query: Mapping[str, Any]) -> Filter:
    """The filter that a saved view keeps."""
    return filter_in(QueryDict(urlencode(query, doseq=True)))


@dataclass(frozen=True)
class Kind:
    """A kind of a domain: how many samples fit, and how many of those the balance leaves out."""

    domain: str
    kind: str
    count: int
    left_out: int


@dataclass(frozen=True)
class Preview:
    """What a snapshot would be if it were built now."""

    kinds: list[Kind]
    groups: int

    @property
    def count(self) -> int:
        """How many samples fit."""
        return sum(one.count for one in self.kinds)

    @property
    def left_out(self) -> int:
        """How many of those the balance leaves out."""
        return sum(one.left_out for one in self.kinds)

    @property
    def taken(self) -> int:
        return self.count - self.left_out


def preview(selection: Selection, balance: Balance) -> Preview:
    """Count what fits, exactly. Two statements; they read every sample that fits. Raises `FilterLost`."""
    samples = selection.samples()
    rows = samples.order_by().values_list("domain__name", "kind").annotate(Count("pk")).order_by("domain__name", "kind")
    limit = balance.limit([count for *_, count in rows])
    kinds = [Kind(domain, kind, count, max(0, count - limit) if limit else 0) for domain, kind, count in rows]
    return Preview(kinds, samples.order_by().values("group_id").distinct().count())
