"""What is in a snapshot, in figures: counted once when it is built and kept with it, as immutable as its entries.

Counted later they would say something else: a sample is given another topic, a source another licence, and a page about
a million samples would count them at every visit.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.db.models import Count, F, IntegerField
from django.db.models.functions import Cast, Floor

from datasets_app.domains.base import UnknownDomain, get_domain
from datasets_app.models import CoverageCell, GateVersion, Score, Snapshot, Source, Split, Verdict
from datasets_app.quality.finding_codes import said_by_todays_verifiers
from datasets_app.snapshots.members import Ids, Members
from datasets_app.snapshots.pairing import Pairs
from datasets_app.snapshots.splits import connected
from datasets_app.snapshots.writing import Lengths

Row = tuple[str, int, int]
"""A label, how many to train, how many to validate."""
BANDS = 20  # of the score: 0.05 each
NOT_CHECKED, NOT_SCORED = "not checked", "not scored"
TITLES = {
    "domain": "Domain",
    "kind": "Kind",
    "topic": "Topic",
    "level": "Checks passed",
    "score": "Score",
    "length": "Length in characters",
    "source": "Source",
    "decided": "Accepted by",
}


@dataclass(frozen=True)
class Built:
    """A snapshot as it is being built: both parts, the lengths of their texts, all that fitted, the pairs."""

    parts: dict[Split, Members]
    lengths: dict[Split, Lengths]
    fitted: Members
    pairs: Pairs

    def __len__(self) -> int:
        return sum(map(len, self.parts.values()))


def count_figures(snapshot: Snapshot, built: Built) -> dict[str, Any]:
    """The figures of a snapshot whose entries are written: JSON. Four statements over its entries."""
    sources = {source.pk: source for source in Source.objects.filter(pk__in=np.unique(_all(built, "source")).tolist())}
    labels = _source_labels(sources.values())
    return {
        "groups": len(np.unique(_all(built, "group"))),
        "sets": _count_sets(built),
        "golden": int(_all(built, "is_golden").sum()),
        "gate": GateVersion.objects.filter(is_current=True).values_list("number", flat=True).first(),
        "shares": {
            "domain": _tally(built, "kind", [domain for domain, _ in built.fitted.kinds]),
            "kind": _tally(built, "kind", [kind_label(*one) for one in built.fitted.kinds]),
            "topic": _tally(built, "topic", [topic or "none" for topic in built.fitted.topics]),
            "level": _levels(snapshot, built),
            "score": _scores(snapshot, built),
            "length": _lengths(built),
            "source": _tally(built, "source", labels),
            "decided": _tally(built, "by_gate", ["a person", "the gate alone"]),
        },
        "sources": [_about(sources[pk], labels[pk], count) for pk, count in _counts(_all(built, "source"))],
        "left_out": _left_out(built),
        "coverage": _coverage(built),
    }


def kind_label(domain: str, kind: str) -> str:
    """A kind as figures name it: those of two domains are two."""
    return f"{domain}: {kind or 'no kind'}"


def _all(built: Built, column: str) -> Any:
    return np.concatenate([getattr(part, column) for part in built.parts.values()])


def _counts(values: Ids) -> list[tuple[int, int]]:
    """Each value with how often it is there, the most frequent first."""
    found, counts = np.unique(values, return_counts=True)
    return sorted(zip(found.tolist(), counts.tolist(), strict=True), key=lambda pair: (-pair[1], pair[0]))


def _count_sets(built: Built) -> int:
    return sum(len(np.unique(connected(part))) for part in built.parts.values())


def _tally(built: Built, column: str, labels: Sequence[str] | dict[int, str]) -> list[Row]:
    """How often each label is there, the most frequent first; values with one label are counted together."""
    found: dict[Split, Counter[str]] = {split: Counter() for split in Split}
    for split, part in built.parts.items():
        for value, count in _counts(getattr(part, column)):
            found[split][labels[value]] += count
    return _rows(found, sorted(found[Split.TRAIN] + found[Split.VALIDATION]))


def _rows(found: dict[Split, Counter[str]], labels: Iterable[str]) -> list[Row]:
    rows = [(label, found[Split.TRAIN][label], found[Split.VALIDATION][label]) for label in labels]
    return sorted(rows, key=lambda row: -row[1] - row[2])


def _levels(snapshot: Snapshot, built: Built) -> list[Row]:
    """The rungs in their order, then what today's verifiers have not looked at."""
    held = Verdict.objects.filter(said_by_todays_verifiers(), version__snapshot_entries__snapshot=snapshot)
    rows = held.values_list("version__snapshot_entries__split", "verifier", "level").annotate(Count("pk"))
    found: dict[Split, Counter[tuple[int, str]]] = {split: Counter() for split in Split}
    for split, verifier, level, count in rows.order_by():
        found[Split(split)][level, _rung(verifier, level)] += count
    return _with_rest(built, found, NOT_CHECKED)


def _rung(verifier: str, level: int) -> str:
    try:
        ladder = get_domain(verifier).ladder
    except UnknownDomain:
        return f"level {level}"
    return f"{level}: {ladder[min(level, len(ladder) - 1)]}"


def _scores(snapshot: Snapshot, built: Built) -> list[Row]:
    """Bands of the overall score under the current gate, in their order, then what has none."""
    held = Score.objects.filter(
        gate__is_current=True, overall__isnull=False, version__snapshot_entries__snapshot=snapshot
    )
    band = Cast(Floor(F("overall") * BANDS), IntegerField())
    rows = held.annotate(band=band).values_list("version__snapshot_entries__split", "band").annotate(Count("pk"))
    found: dict[Split, Counter[tuple[int, str]]] = {split: Counter() for split in Split}
    for split, place, count in rows.order_by():
        low = min(place, BANDS - 1)
        found[Split(split)][low, f"{low / BANDS:.2f} to {(low + 1) / BANDS:.2f}"] += count
    return _with_rest(built, found, NOT_SCORED)


def _with_rest(built: Built, found: dict[Split, Counter[tuple[int, str]]], rest: str) -> list[Row]:
    train, validation = found[Split.TRAIN], found[Split.VALIDATION]
    rows = [(key[1], train[key], validation[key]) for key in sorted(train.keys() | validation.keys())]
    missing = [max(0, len(built.parts[split]) - found[split].total()) for split in (Split.TRAIN, Split.VALIDATION)]
    return [*rows, (rest, *missing)] if any(missing) else rows  # type: ignore[list-item]


def _lengths(built: Built) -> list[Row]:
    """Texts by length, each band twice as long as the one before."""
    train, validation = built.lengths[Split.TRAIN], built.lengths[Split.VALIDATION]
    bits = sorted(train.keys() | validation.keys())
    return [(f"{1 << one >> 1:,} to {(1 << one) - 1:,}", train[one], validation[one]) for one in bits]


def _source_labels(sources: Iterable[Source]) -> dict[int, str]:
    """Names of sources; two of one name are told apart by a piece of their uuid."""
    rows = list(sources)
    names = Counter(source.name for source in rows)
    return {one.pk: one.name if names[one.name] == 1 else f"{one.name} ({str(one.uuid)[:8]})" for one in rows}


def _about(source: Source, label: str, count: int) -> dict[str, Any]:
    about = {"kind": source.get_kind_display(), "licence": source.licence, "sha256": source.sha256}
    return {"uuid": str(source.uuid), "name": label, "count": count, **about}


def _left_out(built: Built) -> list[tuple[str, int]]:
    """What the balance left out of each kind, the most first."""
    size = len(built.fitted.kinds)
    gone = np.bincount(built.fitted.kind, minlength=size) - np.bincount(_all(built, "kind"), minlength=size)
    left = [(kind_label(*built.fitted.kinds[kind]), int(gone[kind])) for kind in np.flatnonzero(gone).tolist()]
    return sorted(left, key=lambda row: (-row[1], row[0]))


def _coverage(built: Built) -> dict[str, int]:
    """Cells (kind and topic of a domain) with at least one sample, and all cells known of those domains."""
    covered = len(np.unique(_all(built, "kind") * max(1, len(built.fitted.topics)) + _all(built, "topic")))
    domains = {built.fitted.kinds[kind][0] for kind in np.unique(_all(built, "kind")).tolist()}
    return {"covered": covered, "known": CoverageCell.objects.filter(domain__slug__in=domains).count()}
