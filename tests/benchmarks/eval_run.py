"""500 questions at 200 ms, 16 at once: a whole evaluation against a bare client that keeps nothing.

Ours plans the rows, claims them, asks, scores, commits every answer and works out the score. Both take turns, three
times each; the best of each counts, for what else the machine does only ever adds. The request phase is from the first
claim to the last commit; CPU is the runner's own, over the whole evaluation.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING
from unittest.mock import patch
from uuid import uuid4

import httpx

from tests.benchmarks.harness import Bar, hub, report
from tests.benchmarks.memory import peak_mib
from tests.evals.slow_endpoint import slow_endpoint

if TYPE_CHECKING:
    from evals_app.models import EvalRun, Suite

QUESTIONS, MILLISECONDS, WIDTH, TURNS = 500, 200, 16, 3


def main() -> None:
    with hub(), slow_endpoint(MILLISECONDS) as url:
        suite = make_suite()
        runs = [str(launch(url, suite).pk) for _ in range(TURNS)]
        # A process of its own, as a worker's job has one: this one has migrated a database and launched.
        command = [sys.executable, "-m", "tests.benchmarks.eval_run", url, *runs]
        told = subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True)
        found: dict[str, float] = json.loads(told.stdout.splitlines()[-1])
    limits = {"to_control": 1.10, "cpu_ms_an_item": 4.0, "peak_mib": 200.0}
    bars = {name: Bar(found.pop(name), at_most=limit) for name, limit in limits.items()}
    report("eval_run", found, bars)


def measure(url: str, runs: list[int]) -> dict[str, float]:
    """Both sides in turns, in this process."""
    import django

    django.setup()
    from evals_app.models import Suite

    questions = [case.question for case in Suite.objects.get().cases.all()]
    ours, theirs, phases = [], [], []
    for run in runs:
        with asking_timed() as phase:
            ours.append(timed(lambda run=run: evaluate(run)))  # type: ignore[misc]
        phases += phase
        theirs.append(timed(lambda: asyncio.run(ask_all(url, questions))))
    control = min(seconds for seconds, _ in theirs)
    return {
        "seconds": round(min(seconds for seconds, _ in ours), 3),
        "request_phase_s": round(min(phases), 3),
        "control_s": round(control, 3),
        "ideal_s": QUESTIONS * MILLISECONDS / 1000 / WIDTH,
        "control_cpu_ms_an_item": round(1000 * min(cpu for _, cpu in theirs) / QUESTIONS, 2),
        "to_control": round(min(phases) / control, 3),
        "cpu_ms_an_item": round(1000 * min(cpu for _, cpu in ours) / QUESTIONS, 2),
        "peak_mib": round(peak_mib(), 1),
    }


@contextmanager
def asking_timed() -> Generator[list[float]]:
    """The seconds from the first claim to the last commit of the evaluation in the block."""
    from evals_app.runs.runner import Asking

    found: list[float] = []
    whole = Asking.ask_all

    def timed_whole(asking: Asking) -> None:
        began = time.perf_counter()
        whole(asking)
        found.append(time.perf_counter() - began)

    with patch.object(Asking, "ask_all", timed_whole):
        yield found


def timed(work: Callable[[], None]) -> tuple[float, float]:
    """Seconds on the wall and of this process's CPU."""
    began, cpu = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - began, time.process_time() - cpu


def make_suite() -> Suite:
    from datasets_app.models import Domain
    from evals_app.register_suite import register_cases, registers_of
    from evals_app.suites import make_suite

    drafts = register_cases(registers_of("", ["PPU", "CPU", "DMA"]), seed=0)[:QUESTIONS]
    domain = Domain.objects.get(slug="asm65816")
    return make_suite("bench", name="Bench", domain=domain, scorer="register_claims", drafts=drafts)


def launch(url: str, suite: Suite) -> EvalRun:
    """An evaluation that waits for its job."""
    from afsweb.core.models import Endpoint, Provider
    from evals_app.runs.launch import launch_eval
    from training_app.models import BaseModel, ModelVersion

    base = BaseModel.objects.get_or_create(model_id="bench/tiny")[0]
    name = f"v{uuid4().hex[:8]}"
    facts = {"base_url": url, "model": "m", "capabilities": {"concurrency": WIDTH}}
    endpoint = Endpoint.objects.create(name=name, provider=Provider.OPENAI_COMPATIBLE, **facts)
    return launch_eval(suite, ModelVersion.objects.create(name=name, base_model=base, endpoint=endpoint), None)


def evaluate(run_id: int) -> None:
    """One whole evaluation, by the job's own body under a lease."""
    from afsweb.core.jobs.context import JobContext
    from afsweb.core.models import Host
    from evals_app.rows import run_rows
    from evals_app.runs.runner import answer_suite

    run = run_rows().get(pk=run_id)
    assert run.job
    lease = run.job.take_lease(Host.objects.get_or_create(name="bench")[0], "bench", None)
    assert lease
    answer_suite(JobContext(run.job, lease), run)
    assert run.results.exclude(answer="").count() == QUESTIONS


async def ask_all(url: str, questions: list[str]) -> None:
    """The same questions with the same client, as many at once, nothing kept."""
    waiting = iter(questions)
    limits = httpx.Limits(max_connections=WIDTH, max_keepalive_connections=WIDTH)
    async with httpx.AsyncClient(timeout=60, limits=limits) as client:

        async def work() -> int:
            count = 0
            for question in waiting:
                body = {"model": "m", "messages": [{"role": "user", "content": question}], "max_tokens": 64}
                response = await client.post(f"{url}/chat/completions", json=body)
                count += bool(response.json()["choices"][0]["message"]["content"])
            return count

        assert sum(await asyncio.gather(*(work() for _ in range(WIDTH)))) == QUESTIONS


if __name__ == "__main__":
    if len(sys.argv) > 1:
        print(json.dumps(measure(sys.argv[1], [int(run) for run in sys.argv[2:]])))
    else:
        main()
