"""The preference pairs of a snapshot: those whose chosen answer is in it, on the side of the split where that one is.

The rejected answers are texts of other versions, of which the entries say nothing; their numbers are kept with the
figures, so that a purge and the look for secrets find them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q, QuerySet

from afsweb.storage import Storing
from datasets_app.exchange.formats.pairs import Pair, pair_line
from datasets_app.models import PreferencePair, Sample, SampleVersion, Split
from datasets_app.preferences.pairs import usable
from datasets_app.snapshots.members import Members

# As the trainer reads them (training_app.trainer.pairs).
FILES = {Split.TRAIN: "pairs.jsonl", Split.VALIDATION: "validation_pairs.jsonl"}
BATCH = 500


@dataclass
class Pairs:
    """How many pairs of each part were written, and the versions of their rejected answers."""

    counts: dict[str, int] = field(default_factory=dict)
    rejected: list[int] = field(default_factory=list)

    def as_figures(self) -> dict[str, Any]:
        """What is kept with the snapshot; nothing where there is no pair."""
        return {"pairs": {**self.counts, "rejected": sorted(set(self.rejected))}} if self.rejected else {}


def pairs_of(samples: QuerySet[Sample]) -> QuerySet[PreferencePair]:
    """The pairs to train on whose chosen answer is the text of one of `samples`."""
    return usable(PreferencePair.objects.filter(chosen__current_of__in=samples.order_by()))


def write_pairs(parts: dict[Split, Members], folder: Storing, tell: Callable[[], object]) -> Pairs:
    """Write a file of the pairs of each part that has any, in the order of the part; `tell` is called now and then."""
    of_chosen = defaultdict(list)
    rows = usable(PreferencePair.objects.all()).order_by("rejected__sha256", "pk")
    for pk, chosen, rejected in rows.values_list("pk", "chosen", "rejected").iterator():
        of_chosen[chosen].append((pk, rejected))
    written = Pairs()
    for name, part in parts.items():
        found = [pair for version in part.version.tolist() for pair in of_chosen.get(version, ())] if of_chosen else []
        if not found:
            continue
        written.counts[name.value] = len(found)
        written.rejected += [rejected for _, rejected in found]
        with folder.open(FILES[name]) as write:
            for line in _lines([pk for pk, _ in found], tell):
                write(line)
    return written


def rejecting(sample: Sample) -> Q:
    """The snapshots in whose pairs an answer of `sample` is the rejected one."""
    ids = SampleVersion.objects.filter(sample=sample, pairs_lost__isnull=False).values_list("pk", flat=True)
    asked = Q(pk__in=[])
    for pk in ids:
        asked |= Q(figures__pairs__rejected__contains=[pk])
    return asked


def _lines(ids: Sequence[int], tell: Callable[[], object]) -> Iterator[bytes]:
    texts = [f"{side}__search" for side in ("chosen", "rejected")]
    for start in range(0, len(ids), BATCH):
        tell()
        here = ids[start : start + BATCH]
        rows = PreferencePair.objects.select_related("chosen", "rejected").defer(*texts).in_bulk(here)
        for pk in here:
            yield pair_line(Pair.of(rows[pk].chosen.text(), rows[pk].rejected.text()))
