"""`grade_code`: what the code of an answer is worth for a task."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from datasets_app.domains.asm65816.execution.tables import state_text
from datasets_app.domains.asm65816.grading.candidate import Candidate, Fault, answered_code, prepare
from datasets_app.domains.asm65816.grading.tasks import Task, task_of
from datasets_app.domains.asm65816.grading.trials import (
    Failure,
    Passed,
    blamed_line,
    footprint,
    measured_states,
    try_all,
)
from datasets_app.domains.base import ClaimVerdict

NO_CODE = "There is no 65816 code in this answer."
_LONGEST = 300
_ROWS, _BYTES = 3, 4


@dataclass(frozen=True)
class Mark:
    """A stretch of the answer (character offsets) that counted for or against it."""

    start: int
    end: int
    verdict: ClaimVerdict


@dataclass(frozen=True)
class Grade:
    """From 0 to 1, and why; None for an answer without code. `outcome` is the reason in two or three words.

    `measures` are there only for code that is right: bytes, cycles (a run's mean), ram, stack, states; and those of the
    code that it is held against.
    """

    score: float | None
    outcome: str
    explanation: str
    marks: tuple[Mark, ...] = ()
    measures: dict[str, float] = field(default_factory=dict)


def grade_code(expected: Mapping[str, Any], answer: str) -> Grade:
    """Grade the answer's last routine: 0 unless it is right, then 1, or its share of the best saving. See `tasks`.

    Raises TaskRefused for an `expected` that cannot be graded.
    """
    task = task_of(expected)
    block = answered_code(answer)
    if block is None:
        return Grade(None, "no code", NO_CODE)
    candidate = prepare(block, task)
    if isinstance(candidate, Fault):
        return faulty(candidate, answer)
    result = try_all(candidate.program, task.vectors)
    if isinstance(result, Failure):
        return failed(candidate, result, task, answer)
    return _right(candidate, result, task, answer)


def faulty(fault: Fault, answer: str) -> Grade:
    """The grade of code that could not be run; none at all for what is no code."""
    marks = marked_lines(answer, fault.lines, "contradicted")
    return Grade(None if fault.outcome == "no code" else 0.0, fault.outcome, fault.message[:_LONGEST], marks)


def failed(candidate: Candidate, failure: Failure, task: Task, answer: str, said: str = "") -> Grade:
    """The grade of code that failed a vector, with that vector as a small table."""
    line = blamed_line(candidate.assembly, candidate.program, failure)
    marks = marked_lines(answer, [candidate.first_line + line - 1], "contradicted") if line else ()
    if not failure.missed:
        return Grade(0.0, "takes too long", "It takes too many instructions for what it does.", marks)
    said = said or f"State {failure.number + 1} of {len(task.vectors)} comes to something else."
    return Grade(0.0, "wrong result", vector_table(said, failure), marks)


def measures_of(candidate: Candidate, result: Passed, task: Task) -> dict[str, float]:
    """What right code takes."""
    ram, stack = footprint(candidate.program, measured_states(task.vectors))
    return {
        "bytes": float(len(candidate.assembly.code)),
        "cycles": round(result.cycles, 2),
        "ram": float(ram),
        "stack": float(stack),
        "states": float(len(task.vectors)),
        "remarks": float(len(candidate.remarks)),
    }


def vector_table(said: str, failure: Failure) -> str:
    """What was said, the state that the run began in, and what was required and came, within 300 characters."""
    rows = [f"{one.name} | {one.wanted} | {one.found}" for one in failure.missed[:_ROWS]]
    memory = " ".join(f"${at:06X}=${value:02X}" for at, value in list(failure.state.memory.items())[:_BYTES])
    for begin in (f"{state_text(failure.state)} {memory}".strip(), state_text(failure.state)):
        text = "\n".join([said, begin, "| required | this code", *rows])
        if len(text) <= _LONGEST:
            return text
    return text[:_LONGEST]


def marked_lines(answer: str, lines: Sequence[int], verdict: ClaimVerdict) -> tuple[Mark, ...]:
    """Marks over whole lines of the answer, counted from 1."""
    rows = answer.split("\n")
    starts = [0]
    for row in rows:
        starts.append(starts[-1] + len(row) + 1)
    found = [line for line in lines if 0 < line <= len(rows) and rows[line - 1].strip()]
    return tuple(Mark(starts[line - 1], starts[line - 1] + len(rows[line - 1]), verdict) for line in found)


def _right(candidate: Candidate, result: Passed, task: Task, answer: str) -> Grade:
    measures = measures_of(candidate, result, task)
    lines = [candidate.first_line + one.line - 1 for one in candidate.assembly.instructions]
    marks = marked_lines(answer, list(dict.fromkeys(lines)), "supported")
    said = f"It is right from {len(task.vectors)} states: {_told(measures)}."
    if not task.measure:
        return Grade(1.0, "right", said, marks, measures)
    original, best = task.original, task.best
    assert original is not None
    measures |= {"original_bytes": original.bytes, "original_cycles": original.cycles}
    measures |= {"best_bytes": best.bytes, "best_cycles": best.cycles} if best else {}
    have, had = measures[task.measure], original.of(task.measure)
    if have >= had:
        why = f"It does the same, but takes {_count(have)} {task.measure}; the original takes {_count(had)}."
        return Grade(0.0, "not better", why, (), measures)
    known = f", the best known {_count(best.of(task.measure))}" if best else ""
    said = f"{said} The original takes {_count(had)} {task.measure}{known}."
    return Grade(min(1.0, best.of(task.measure) / have) if best else 1.0, "right", said[:_LONGEST], marks, measures)


def _told(measures: Mapping[str, float]) -> str:
    return (
        f"{_count(measures['bytes'])} bytes, {_count(measures['cycles'])} cycles, "
        f"{_count(measures['ram'])} bytes of RAM, {_count(measures['stack'])} of stack"
    )


def _count(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")
