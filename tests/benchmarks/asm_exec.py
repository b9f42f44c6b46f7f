"""How many answers a minute are graded by running them from 256 states, in as many processes as there are cores.

Half of the answers are right, which costs most; the others are wrong, endless or no code. Control in the same run: the
bare machine for as many instructions as all these runs take, in one process.
"""

from __future__ import annotations

import os
import resource
import time
from concurrent.futures import ProcessPoolExecutor

from datasets_app.domains.asm65816.assembler import assemble
from datasets_app.domains.asm65816.execution.program import load
from datasets_app.domains.asm65816.execution.running import Runner
from datasets_app.domains.asm65816.grading import grade_code, grade_fix
from datasets_app.domains.asm65816.grading.tasks import task_of
from datasets_app.domains.asm65816.held_out import CodeDraft, debug_drafts, optimise_drafts, write_drafts
from datasets_app.domains.asm65816.machine import Machine, SparseMemory
from evals_app.scorers.base import Scored
from evals_app.scorers.processes import score_by_name, start_pool
from tests.benchmarks.harness import Bar, report

# The bar of the issue: 600 case evaluations a minute at 256 states on 2 cores.
PER_MINUTE, CORES = 600, 2

Work = tuple[str, dict[str, object], str]
WRONG = (
    "```asm\nMain:\nRTS\n```",
    "```asm\nMain:\nBRA Main\n```",
    "I do not know.",
    "```asm\nMain:\nFOO\nRTS\n```",
)


def work() -> list[Work]:
    """Right answers to cases of all three suites, each beside a wrong one."""
    found: list[tuple[str, CodeDraft]] = []
    for scorer, make in (("asm_exec", optimise_drafts), ("asm_exec", write_drafts), ("debug", debug_drafts)):
        found += [(scorer, draft) for draft in make()]
    right = [(scorer, draft.expected, draft.reference) for scorer, draft in found]
    wrong = [(scorer, draft.expected, WRONG[at % len(WRONG)]) for at, (scorer, draft) in enumerate(found)]
    return [one for pair in zip(right, wrong, strict=True) for one in pair]


def score_all(pool: ProcessPoolExecutor, tasks: list[Work]) -> float:
    """Seconds for all; each must come out as it must."""
    began = time.perf_counter()
    futures = [pool.submit(score_by_name, *one) for one in tasks]
    scored: list[Scored] = [future.result() for future in futures]
    seconds = time.perf_counter() - began
    assert all(one.score == 1.0 for one in scored[::2]), [one for one in scored[::2] if one.score != 1.0][:1]
    assert not any(one.score for one in scored[1::2])
    return seconds


def children_s() -> float:
    """CPU seconds of the processes that have ended, which what else the machine does hardly changes."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def instructions(tasks: list[Work]) -> int:
    """How many the right answers run, once from each state."""
    total = 0
    for scorer, expected, answer in tasks[::2]:
        if scorer == "asm_exec":
            code = answer.removeprefix("```asm\n").removesuffix("\n```")
            runner = Runner(load(assemble(code)))
            total += sum(vector.run(runner)[0].steps for vector in task_of(expected).vectors)
    return total


def run_alone(steps: int) -> float:
    """Seconds of the machine alone for as many instructions of a loop, with nothing set and nothing looked at."""
    memory = SparseMemory()
    memory.load(0x008000, bytes.fromhex("BD0003 18 6905 9D2003 CA 80F3"))
    machine = Machine(memory)
    machine.e, machine.p, machine.pc = False, 0x30, 0x8000
    began = time.perf_counter()
    machine.run(steps)
    return time.perf_counter() - began


def main() -> None:
    tasks = work()
    before = children_s()
    with start_pool() as pool:
        cold = score_all(pool, tasks)
    cpu = children_s() - before
    with start_pool() as pool:
        score_all(pool, tasks)
        warm = score_all(pool, tasks)
    steps = instructions(tasks)
    cores = os.cpu_count() or 1
    figures = {
        "cases": len(tasks),
        "states": 256,
        "cores": cores,
        "cold_per_min": round(60 * len(tasks) / cold),
        "warm_per_min": round(60 * len(tasks) / warm),
        "cpu_ms": round(1000 * cpu / len(tasks), 1),
        "right_alone_ms": round(one_by_one(tasks[:20:2]), 1),
        "control_machine_s": round(run_alone(steps), 2),
        "instructions": steps,
    }
    # What more than two cores give is not counted.
    counted = 60 * len(tasks) / cold * CORES / max(cores, CORES)
    bars = {"per_minute": Bar(round(counted), at_least=PER_MINUTE)}
    report("asm_exec", figures, bars)


def one_by_one(tasks: list[Work]) -> float:
    """Milliseconds of one right answer in this process, its task known already."""
    graders = {"asm_exec": grade_code, "debug": grade_fix}
    for scorer, expected, answer in tasks:
        graders[scorer](expected, answer)
    began = time.perf_counter()
    for scorer, expected, answer in tasks:
        graders[scorer](expected, answer)
    return 1000 * (time.perf_counter() - began) / len(tasks)


if __name__ == "__main__":
    main()
