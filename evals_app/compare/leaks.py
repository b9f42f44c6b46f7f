"""Do questions of the suite stand in what a version was trained on?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from datasets_app.models import SampleVersion, Snapshot
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
    for asked in _asked(training.snapshot):
        samples += 1
        found.update(*(questions[text] for text in asked if text in questions))
    return Leaks(samples=samples, cases=sorted(found))


def normal(text: str) -> str:
    """Lower case, each run of white space one space: as near-duplicates are told in datasets_app."""
    return " ".join(text.lower().split())


def _asked(snapshot: Snapshot) -> Iterator[set[str]]:
    """For each sample what it asks: the instruction alone, with its input, and each user turn."""
    rows = SampleVersion.objects.filter(snapshot_entries__snapshot=snapshot)
    for instruction, given, messages in rows.values_list("instruction", "input", "messages").iterator(CHUNK):
        turns = [message["content"] for message in messages or [] if message["role"] == "user"]
        yield {normal(text) for text in (instruction, f"{instruction} {given}", *turns)}
