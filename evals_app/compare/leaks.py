"""Do questions of the suite stand in what a version was trained on?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from uuid import UUID

from datasets_app.models import Snapshot, SnapshotEntry
from evals_app.compare.report import Leaks
from evals_app.contamination.keeping import find, kept, leaks_of, training_snapshots
from evals_app.contamination.words import normal
from evals_app.models import Case, EvalRun

CHUNK = 5_000


def find_leaks(run: EvalRun, cases: Iterable[Case]) -> Leaks:
    """The cases that stand in what the run's version was trained on, as evals_app.contamination finds them.

    What a job has kept is read; a snapshot that nobody looked through yet is looked through here.
    """
    snapshots = training_snapshots(run.version)
    if not snapshots:
        return Leaks(samples=None, cases=[])
    asked = list(cases)
    known = kept(run.suite, snapshots)
    samples, keys = 0, set[str]()
    for snapshot in snapshots:
        row = known.get(snapshot.pk)
        count, leaks = (row.samples or 0, leaks_of(row)) if row else find(asked, snapshot)
        samples += count
        keys.update(leak.key for leak in leaks)
    return Leaks(samples=samples, cases=sorted(case.pk for case in asked if case.key in keys))


def asked_in(snapshot: Snapshot) -> Iterator[tuple[str, int, UUID, set[str]]]:
    """Each sample's split, place from 0, uuid, and what it asks: the instruction alone, with its input, each turn."""
    entries = SnapshotEntry.objects.filter(snapshot=snapshot).order_by("split", "position")
    told = ("version__instruction", "version__input", "version__messages")
    for split, position, sample, instruction, given, messages in entries.values_list(
        "split", "position", "sample__uuid", *told
    ).iterator(CHUNK):
        turns = [message["content"] for message in messages or [] if message["role"] == "user"]
        yield split, position, sample, {normal(text) for text in (instruction, f"{instruction} {given}", *turns)}
