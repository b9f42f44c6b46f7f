"""What is asked of code, as a case's `expected` says it.

`{"equal": CODE}`: it does the same as that routine; `live_out` names the registers and flags that count. With `measure`
("bytes" or "cycles") it must also take less of it than that routine, and is graded against `best`, the best code known.
`{"cases": [..]}`: it meets these post-conditions, as `execution.cases` reads them.
`{"routine": {..}}`: it meets the specification of a routine of the pool, from states that the specification draws.

All may hold `states` (256 at least), `seed`, and `m` and `x`, the flags that its callers have set (true is 8 bits);
those that are left out are open, and both widths are tried.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from datasets_app.domains.asm65816.assembler import assemble
from datasets_app.domains.asm65816.assembler.limits import MODEL_OUTPUT
from datasets_app.domains.asm65816.assembler.result import Assembly
from datasets_app.domains.asm65816.execution.cases import read_cases
from datasets_app.domains.asm65816.execution.comparing import LIVE_OUT
from datasets_app.domains.asm65816.execution.program import load
from datasets_app.domains.asm65816.execution.running import Runner
from datasets_app.domains.asm65816.execution.state import Widths
from datasets_app.domains.asm65816.execution.widths import entry_widths
from datasets_app.domains.asm65816.generators.pool.cases import make_cases
from datasets_app.domains.asm65816.generators.pool.families import FAMILIES
from datasets_app.domains.asm65816.generators.pool.routine import Routine, routine_of
from datasets_app.domains.asm65816.grading.vectors import Meets, Vector, equal_to, meeting

STATES, MOST_STATES = 256, 4_096
MEASURES = ("bytes", "cycles")
_KINDS = ("equal", "cases", "routine")
_RETURNS = ("RTS", "RTL", "RTI")
_ALL_WIDTHS = tuple(Widths(m, x) for m in (True, False) for x in (True, False))


class TaskRefused(ValueError):
    """A case's `expected` cannot be graded; the text says why."""


@dataclass(frozen=True)
class Cost:
    """Bytes of code and data, and the CPU cycles of a run on average."""

    bytes: float
    cycles: float

    def of(self, measure: str) -> float:
        """One of them by its name."""
        return self.bytes if measure == "bytes" else self.cycles


@dataclass(frozen=True)
class Task:
    """What must come from which states. `widths` are those that the code may be entered with.

    `hints` are what memory is salted with, `outside` the names that the code may use without defining them. `original`
    is what the code to be bettered in `measure` takes, `best` what the best version known does.
    """

    vectors: tuple[Vector, ...]
    widths: tuple[Widths, ...]
    hints: tuple[int, ...] = ()
    outside: frozenset[str] = frozenset()
    measure: str = ""
    original: Cost | None = None
    best: Cost | None = None


def task_of(expected: Mapping[str, Any]) -> Task:
    """Read it; the same `expected` is worked out once. Raises TaskRefused."""
    return _task(json.dumps(expected, sort_keys=True))


def code_problem(expected: Mapping[str, Any]) -> str:
    """What is wrong with it, "" when it can be graded."""
    try:
        task_of(expected)
    except TaskRefused as refused:
        return str(refused)
    return ""


@lru_cache(maxsize=64)
def _task(text: str) -> Task:
    expected = json.loads(text)
    kinds = [kind for kind in _KINDS if kind in expected]
    if len(kinds) != 1:
        raise TaskRefused("it must hold one of equal, cases and routine")
    count = expected.get("states", STATES)
    if not isinstance(count, int) or not STATES <= count <= MOST_STATES:
        raise TaskRefused(f"its states must be a number from {STATES} to {MOST_STATES:,}")
    if any(expected.get(flag) not in (None, True, False) for flag in ("m", "x")):
        raise TaskRefused("its m and x must be true, false or left out")
    if not isinstance(expected.get("seed", 0), int):
        raise TaskRefused("its seed must be a number")
    made = {"equal": _equal, "cases": _cases, "routine": _routine}[kinds[0]](expected, count)
    if len(made.vectors) < count:
        raise TaskRefused(f"its code comes to an end from {len(made.vectors)} states only; {count} are needed")
    return made


def _equal(expected: Mapping[str, Any], count: int) -> Task:
    live_out = expected.get("live_out", list(LIVE_OUT))
    if not isinstance(live_out, list) or not set(map(str, live_out)) <= set(LIVE_OUT):
        raise TaskRefused(f"its live_out must be a list of {', '.join(LIVE_OUT)}")
    measure = expected.get("measure", "")
    if measure not in ("", *MEASURES):
        raise TaskRefused("its measure must be bytes or cycles")
    assembly = read_code(expected["equal"], "equal")
    widths = tuple(one for one in entry_widths(assembly) if _fits(one, expected))
    if not widths:
        raise TaskRefused("its code contradicts its m and x")
    program = load(assembly)
    vectors = equal_to(program, widths, live_out, count, expected.get("seed", 0))
    task = Task(vectors, widths, program.hints, frozenset(assembly.stubbed), measure)
    if not measure or not vectors:
        return task
    spent = sum(vector.wanted.cycles for vector in vectors)
    original = Cost(len(assembly.code), round(spent / len(vectors), 2))
    best = _best(expected["best"], task, original) if "best" in expected else None
    return replace(task, original=original, best=best)


def _best(source: object, task: Task, original: Cost) -> Cost:
    """What the best code known takes, which must do the same for less."""
    assembly = read_code(source, "best")
    runner = Runner(replace(load(assembly), hints=task.hints))
    runs = [vector.run(runner) for vector in task.vectors]
    if any(missed for _, missed in runs):
        raise TaskRefused("its best code does not do the same as its code")
    best = Cost(len(assembly.code), round(sum(outcome.cycles for outcome, _ in runs) / len(runs), 2))
    if best.of(task.measure) >= original.of(task.measure):
        raise TaskRefused(f"its best code takes no fewer {task.measure} than its code")
    return best


def _cases(expected: Mapping[str, Any], count: int) -> Task:
    widths = tuple(one for one in _ALL_WIDTHS if _fits(one, expected))
    cases = expected["cases"]
    if not isinstance(cases, list) or not cases:
        raise TaskRefused("its cases must be a list of cases")
    try:
        return Task(meeting(cases, widths, count, expected.get("seed", 0)), widths)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise TaskRefused(f"its cases cannot be read: {error}") from None


def _routine(expected: Mapping[str, Any], count: int) -> Task:
    try:
        routine = routine_of(expected["routine"])
        vectors = spec_vectors(routine, count, expected.get("seed", 0))
    except (AttributeError, IndexError, KeyError, TypeError, ValueError, StopIteration):
        raise TaskRefused(f"its routine must be one of the pool's {len(FAMILIES)} with its values") from None
    m, x = routine.family.entry
    widths = tuple(one for one in _ALL_WIDTHS if m in (None, one.m) and x in (None, one.x))
    return Task(vectors, widths)


def spec_vectors(routine: Routine, count: int, seed: int) -> tuple[Meets, ...]:
    """Vectors from what a routine of the pool is for, in states that it may be called in."""
    ended = next(line.op for line in reversed(routine.code) if line.op in _RETURNS)
    return tuple(map(Meets, read_cases(make_cases(routine.family, routine.values, count, seed, ended))))


def read_code(source: object, name: str) -> Assembly:
    """Assemble code of a case, which must be such as can be run. Raises TaskRefused."""
    if not isinstance(source, str):
        raise TaskRefused(f"its {name} must be code")
    assembly = assemble(source, stub_missing=True, limits=MODEL_OUTPUT)
    if not assembly.ok or not assembly.instructions:
        said = assembly.diagnostics[0].message if assembly.diagnostics else "there is no instruction"
        raise TaskRefused(f"its {name} does not assemble: {said}")
    try:
        load(assembly)
    except ValueError as error:
        raise TaskRefused(f"its {name} cannot be run: {error}") from None
    return assembly


def _fits(widths: Widths, expected: Mapping[str, Any]) -> bool:
    return expected.get("m") in (None, widths.m) and expected.get("x") in (None, widths.x)
