"""Asking again: the last versions that answered a suite answer its newest version, after goldens changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from afsweb.core.finding import read_uuid
from afsweb.core.models import EventSource, User
from afsweb.llm.answering import Sampling
from datasets_app.models import Sample, SampleState
from evals_app.contamination.words import normal
from evals_app.errors import NothingToRepeat
from evals_app.loop.failed import SAMPLE_TAG
from evals_app.models import Case, EvalRun, Suite
from evals_app.runs.launch import launch_eval
from training_app.models import ModelVersion

MOST = 10
GOLDEN = "golden"  # the tag of a case that was made of one


@dataclass(frozen=True)
class Changed:
    """A case whose golden is not what it was made from any more, and why."""

    case: Case
    sample: Sample | None
    reason: str


def made_from_goldens(suite: Suite) -> list[Case]:
    """The cases of the suite that were made from samples."""
    return [case for case in suite.cases.all() if _uuid_of(case)]


def changed_goldens(cases: Sequence[Case]) -> list[Changed]:
    """Those whose sample is gone, is golden no longer, or says something else now. One query."""
    wanted = {_uuid_of(case) for case in cases} - {""}
    rows = Sample.objects.filter(uuid__in=wanted).select_related("current").defer("current__search")
    samples = {str(sample.uuid): sample for sample in rows}
    found = []
    for case in cases:
        if uuid := _uuid_of(case):
            sample = samples.get(uuid)
            if reason := _reason(case, sample):
                found.append(Changed(case, sample, reason))
    return found


def newest_of(suite: Suite) -> Suite:
    """The newest version of the suite that is in use; itself where there is none."""
    return Suite.objects.filter(slug=suite.slug, is_archived=False).order_by("-number").first() or suite


def last_runs(suite: Suite, count: int) -> list[EvalRun]:
    """The newest evaluation of each of the last `count` versions that answered any version of the suite.

    Versions that are archived, or that answered the newest one already, are passed by.
    """
    newest = newest_of(suite)
    done = EvalRun.objects.filter(suite__sha256=newest.sha256).values("version")
    runs = EvalRun.objects.filter(suite__slug=suite.slug, version__is_archived=False).exclude(version__in=done)
    found: dict[int, EvalRun] = {}
    for run in runs.select_related("version__endpoint", "version__base_model").order_by("-pk")[:200]:
        found.setdefault(run.version_id, run)
    return list(found.values())[:count]


@transaction.atomic
def ask_again(suite: Suite, count: int, by: User | None, source: EventSource = EventSource.UI) -> list[EvalRun]:
    """Let the last `count` versions answer the newest version of the suite, drawn as they were drawn before.

    Raises NothingToRepeat, SuiteIsArchived, VersionCannotAnswer.
    """
    newest, runs = newest_of(suite), last_runs(suite, count)
    if not runs:
        raise NothingToRepeat(suite=newest)
    return [_again(newest, run.version, run, by, source) for run in reversed(runs)]


def _again(suite: Suite, version: ModelVersion, run: EvalRun, by: User | None, source: EventSource) -> EvalRun:
    return launch_eval(suite, version, by, sampling=Sampling(**run.sampling), repeats=run.repeats, source=source)


def _uuid_of(case: Case) -> str:
    if GOLDEN not in case.tags:  # a case of an edit is told by its sample too
        return ""
    tags = (tag.removeprefix(SAMPLE_TAG) for tag in case.tags if tag.startswith(SAMPLE_TAG))
    return next((str(uuid) for tag in tags if (uuid := read_uuid(tag))), "")


def _reason(case: Case, sample: Sample | None) -> str:
    if sample is None or sample.current is None:
        return "its sample is gone"
    if sample.state == SampleState.ARCHIVED or not sample.is_golden:
        return "its sample is golden no longer"
    asked = [message["content"] for message in sample.current.chat() if message["role"] == "user"]
    if normal(asked[-1]) != normal(case.question):
        return "its sample asks something else now"
    answers = {normal(reference) for reference in case.references}
    return "its sample answers otherwise now" if answers and normal(sample.current.output) not in answers else ""
