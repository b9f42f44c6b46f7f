"""Do questions of the suite stand in what a version was trained on?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from uuid import UUID

from datasets_app.models import Snapshot, SnapshotEntry
from evals_app.compare.report import Leaks
from evals_app.models import Case, EvalRun

CHUNK = 5_000


def find_leaks(run: EvalRun, cases: Iterable[Case]) -> Leaks:
    """The cases whose question, case and white space aside, is one that the run's version was trained on.

    Reads every sample of the training snapshot once; both splits count, for validation chose the checkpoint.
    """
    training = run.version.run
    if training is None:
        return Leaks(samples=None, cases=[])
    questions: dict[str, list[int]] = {}
    for case in cases:
        questions.setdefault(normal(case.question), []).append(case.pk)
    found: set[int] = set()
    samples = 0
    for *_, asked in asked_in(training.snapshot):
        samples += 1
        found.update(*(questions[text] for text in asked if text in questions))
    return Leaks(samples=samples, cases=sorted(found))


def normal(text: str) -> str:
    """Lower case, each run of white space one space: as near-duplicates are told in datasets_app."""
    return " ".join(text.lower().split())


def asked_in(snapshot: Snapshot) -> Iterator[tuple[str, int, UUID, set[str]]]:
    """Each sample's split, place from 0, uuid, and what it asks: the instruction alone, with its input, each turn."""
    entries = SnapshotEntry.objects.filter(snapshot=snapshot).order_by("split", "position")
    told = ("version__instruction", "version__input", "version__messages")
    for split, position, sample, instruction, given, messages in entries.values_list(
        "split", "position", "sample__uuid", *told
    ).iterator(CHUNK):
        turns = [message["content"] for message in messages or [] if message["role"] == "user"]
        yield split, position, sample, {normal(text) for text in (instruction, f"{instruction} {given}", *turns)}
