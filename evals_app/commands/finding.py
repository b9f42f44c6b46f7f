"""Which evaluation or comparison a person means: one by its id, or the newest of a version."""

from __future__ import annotations

from typing import TypeVar
from uuid import UUID

from django.db.models import Model, QuerySet

from afsweb.core.finding import find_called, find_row
from afsweb.core.models import WorkState
from evals_app.errors import NotCompared, NotEvaluated
from evals_app.models import Comparison, EvalRun, Suite
from evals_app.rows import comparison_rows, run_rows
from training_app.models import ModelVersion

WHICH = "its id, or a version such as veran or veran:2: the newest of it"
M = TypeVar("M", bound=Model)


def find_suite(called: str) -> Suite:
    """The suite `slug:number`, the newest version of `slug`, or the one of that id. Raises NoSuchRow."""
    return find_called(Suite.objects.select_related("domain"), called, "slug")


def find_version(called: str) -> ModelVersion:
    """The version `name:number`, the newest of `name`, or the one of that id. Raises NoSuchRow."""
    return find_called(ModelVersion.objects.all(), called)


def find_eval(called: str) -> EvalRun:
    """The evaluation of that id, or a version's newest. Raises NoSuchRow and NotEvaluated."""
    if key := _as_uuid(called):
        return find_row(run_rows(), called, uuid=key)
    return _newest(run_rows(), find_version(called))


def find_comparison(called: str) -> Comparison:
    """The comparison of that id, or the newest of a version with its baseline. Raises NoSuchRow and NotCompared."""
    if key := _as_uuid(called):
        return find_row(comparison_rows(), called, uuid=key)
    version = find_version(called)
    found = comparison_rows().filter(candidate__version=version).order_by("-pk").first()
    if found is None:
        raise NotCompared(version=version)
    return found


def find_pair(baseline: str, candidate: str, suite: Suite | None) -> tuple[EvalRun, EvalRun]:
    """The evaluations that two arguments of `afs compare` mean: the newest finished ones of the same cases.

    Raises NoSuchRow and NotEvaluated.
    """
    after = _finished(candidate, suite)
    return _finished(baseline, suite or after.suite), after


def _finished(called: str, suite: Suite | None) -> EvalRun:
    if _as_uuid(called):
        return find_eval(called)
    runs = run_rows().filter(state=WorkState.SUCCEEDED)
    return _newest(runs.filter(suite__sha256=suite.sha256) if suite else runs, find_version(called), suite)


def _newest(runs: QuerySet[EvalRun], version: ModelVersion, suite: Suite | None = None) -> EvalRun:
    found = runs.filter(version=version).order_by("-pk").first()
    if found is None:
        raise NotEvaluated(version=version, suite=suite.slug if suite else "SUITE")
    return found


def _as_uuid(called: str) -> UUID | None:
    try:
        return UUID(called)
    except ValueError:
        return None
