"""`grade_fix`: is a routine repaired? What failed passes, the rest passes still, and little else was changed.

`expected` is `{"broken": CODE, "failing": [CASE, ..]}` with `cases` or `routine` as in `tasks`, which are the other
vectors. `most_changed` is how many lines a repair may change (default 8). A fault that no run shows has a `rule`, the
name of the lint's finding that must be gone, and needs no failing case.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from datasets_app.domains.asm65816.assembler.result import Assembly
from datasets_app.domains.asm65816.execution.cases import read_cases
from datasets_app.domains.asm65816.execution.program import load
from datasets_app.domains.asm65816.grading.candidate import Fault, answered_code, lints, prepare
from datasets_app.domains.asm65816.grading.changes import changed_lines
from datasets_app.domains.asm65816.grading.grade import NO_CODE, Grade, failed, faulty, marked_lines, measures_of
from datasets_app.domains.asm65816.grading.tasks import Task, TaskRefused, read_code, task_of
from datasets_app.domains.asm65816.grading.trials import Failure, try_all
from datasets_app.domains.asm65816.grading.vectors import Meets

MOST_CHANGED = 8
_OWN = ("broken", "failing", "rule", "most_changed")


@dataclass(frozen=True)
class Repair:
    """What must be repaired: the first `failing` vectors of the task are those that the broken code fails."""

    task: Task
    broken: Assembly
    failing: int
    rule: str
    most_changed: int


def grade_fix(expected: Mapping[str, Any], answer: str) -> Grade:
    """1 for a repair, 0 for none, None for an answer without code. Raises TaskRefused."""
    repair = _repair(json.dumps(expected, sort_keys=True))
    block = answered_code(answer)
    if block is None:
        return Grade(None, "no code", NO_CODE)
    candidate = prepare(block, repair.task)
    if isinstance(candidate, Fault):
        return faulty(candidate, answer)
    result = try_all(candidate.program, repair.task.vectors)
    if isinstance(result, Failure):
        return _failed(result, failed(candidate, result, repair.task, answer, _said(result, repair)), repair)
    changed = changed_lines(repair.broken, candidate.assembly)
    if changed > repair.most_changed:
        why = f"It works, but changes {changed} lines of code where {repair.most_changed} are enough."
        return Grade(0.0, "changes too much", why, (), {"changed": float(changed)})
    lines = [candidate.first_line + one.line - 1 for one in candidate.assembly.instructions]
    marks = marked_lines(answer, list(dict.fromkeys(lines)), "supported")
    said = f"What failed passes now, and so do all {len(repair.task.vectors)} vectors; {changed} lines of code differ."
    measures = measures_of(candidate, result, repair.task) | {"changed": float(changed)}
    return Grade(1.0, "right", said, marks, measures)


def fix_problem(expected: Mapping[str, Any]) -> str:
    """What is wrong with it, "" when it can be graded."""
    try:
        _repair(json.dumps(expected, sort_keys=True))
    except TaskRefused as refused:
        return str(refused)
    return ""


@lru_cache(maxsize=64)
def _repair(text: str) -> Repair:
    expected = json.loads(text)
    if "equal" in expected:
        raise TaskRefused("it must hold cases or a routine beside its broken code")
    others = {name: value for name, value in expected.items() if name not in _OWN}
    task, broken = task_of(others), read_code(expected.get("broken"), "broken")
    most, rule = expected.get("most_changed", MOST_CHANGED), str(expected.get("rule", ""))
    if not isinstance(most, int) or most < 1:
        raise TaskRefused("its most_changed must be a number of lines")
    failing = _failing(expected.get("failing", []))
    task = replace(task, vectors=(*failing, *task.vectors), outside=frozenset(broken.stubbed))
    _check_that_it_fails(broken, task, len(failing), rule)
    return Repair(task, broken, len(failing), rule, most)


def _failing(given: object) -> tuple[Meets, ...]:
    if not isinstance(given, list):
        raise TaskRefused("its failing must be a list of cases")
    try:
        return tuple(map(Meets, read_cases(given)))
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise TaskRefused(f"its failing cases cannot be read: {error}") from None


def _check_that_it_fails(broken: Assembly, task: Task, failing: int, rule: str) -> None:
    if rule:
        if all(one.code != rule for one in lints(broken, task.widths)):
            raise TaskRefused(f"its broken code does not break the rule {rule}")
        return
    program = replace(load(broken), hints=task.hints)
    if not failing or not all(isinstance(try_all(program, [one]), Failure) for one in task.vectors[:failing]):
        raise TaskRefused("its broken code must fail each of its failing cases, and there must be one")


def _said(failure: Failure, repair: Repair) -> str:
    if failure.number < repair.failing:
        return "The vector that failed still fails."
    broke = "What failed passes now, but another vector" if repair.failing else "A vector that passed"
    return f"{broke} ({failure.number + 1 - repair.failing}) fails."


def _failed(failure: Failure, grade: Grade, repair: Repair) -> Grade:
    if grade.outcome != "wrong result":
        return grade
    return replace(grade, outcome="still fails" if failure.number < repair.failing else "breaks another")
