"""One case with every version's answers whole: what counted for and against them, and where their words differ."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from afsweb.core.differences import Difference, compare
from evals_app.models import Case, EvalRun, Result, ResultState


@dataclass(frozen=True)
class Told:
    """A version's answers to the case in the order of its repeats; `difference`: of the first from the baseline's."""

    run: EvalRun
    results: list[Result]
    difference: Difference | None


@dataclass(frozen=True)
class Evidence:
    """The case and what each version said, the baseline first."""

    case: Case
    told: list[Told]


def find_evidence(runs: Sequence[EvalRun], wanted: str) -> Evidence | None:
    """The evidence of the case with the uuid `wanted`; None when the first run's suite has no such case. 3 queries."""
    case = _find_case(runs[0], wanted) if runs else None
    if case is None:
        return None
    rows = Result.objects.filter(run__in=runs, case__key=case.key).exclude(state=ResultState.PLANNED)
    answers = list(rows.order_by("repeat").prefetch_related("scores__by"))
    before = _first([result for result in answers if result.run_id == runs[0].pk])
    return Evidence(case, [_tell(run, [one for one in answers if one.run_id == run.pk], before) for run in runs])


def _tell(run: EvalRun, results: list[Result], before: str) -> Told:
    said = _first(results)
    is_other = bool(results) and said != before
    return Told(run, results, compare(str(run.version), before, said) if is_other else None)


def _first(results: Sequence[Result]) -> str:
    return results[0].answer if results else ""


def _find_case(run: EvalRun, wanted: str) -> Case | None:
    try:
        return Case.objects.select_related("suite").filter(suite=run.suite_id, uuid=UUID(wanted)).first()
    except ValueError:
        return None
