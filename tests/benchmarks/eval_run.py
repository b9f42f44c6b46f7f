"""500 questions at 50 ms, 16 at once: a whole evaluation against a bare client that keeps nothing.

Ours plans the rows, claims them, asks, scores, commits every answer and works out the score. Both take turns, five
times each; the best of each counts, for what else the machine does only ever adds. CPU is the runner's own.
"""

from __future__ import annotations

import resource
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING
from uuid import uuid4

import httpx

from tests.benchmarks.harness import Bar, hub, report
from tests.evals.slow_endpoint import slow_endpoint

if TYPE_CHECKING:
    from evals_app.models import Suite

QUESTIONS, MILLISECONDS, WIDTH, TURNS = 500, 50, 16, 5


def main() -> None:
    with hub(), slow_endpoint(MILLISECONDS) as url:
        suite = make_suite()
        questions = [case.question for case in suite.cases.all()]
        evaluate(url, suite)  # the first one pays for imports and caches
        turns = [(timed(lambda: evaluate(url, suite)), timed(lambda: ask_all(url, questions))) for _ in range(TURNS)]
    seconds, control = (min(turn[side][0] for turn in turns) for side in (0, 1))
    cpu, control_cpu = (min(turn[side][1] for turn in turns) for side in (0, 1))
    figures = {
        "seconds": round(seconds, 3),
        "control_s": round(control, 3),
        "ideal_s": QUESTIONS * MILLISECONDS / 1000 / WIDTH,
        "control_cpu_ms_an_item": round(1000 * control_cpu / QUESTIONS, 2),
        "peak_mib": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1),
    }
    bars = {
        "to_control": Bar(round(seconds / control, 3), at_most=1.25),
        "cpu_ms_an_item": Bar(round(1000 * cpu / QUESTIONS, 2), at_most=4.0),
    }
    report("eval_run", figures, bars)


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


def evaluate(url: str, suite: Suite) -> None:
    """One whole evaluation, by the job's own body under a lease."""
    from afsweb.core.jobs.context import JobContext
    from afsweb.core.models import Endpoint, Host, Provider
    from evals_app.launch import launch_eval
    from evals_app.rows import run_rows
    from evals_app.runner import answer_suite
    from training_app.models import BaseModel, ModelVersion

    base = BaseModel.objects.get_or_create(model_id="bench/tiny")[0]
    name = f"v{uuid4().hex[:8]}"
    endpoint = Endpoint.objects.create(
        name=name,
        provider=Provider.OPENAI_COMPATIBLE,
        base_url=url,
        model="m",
        capabilities={"concurrency": WIDTH},
    )
    version = ModelVersion.objects.create(name=name, base_model=base, endpoint=endpoint)
    run = launch_eval(suite, version, None)
    host = Host.objects.get_or_create(name="bench")[0]
    assert run.job
    lease = run.job.take_lease(host, "bench", None)
    assert lease
    answer_suite(JobContext(run.job, lease), run_rows().get(pk=run.pk))
    assert run.results.exclude(answer="").count() == QUESTIONS


def ask_all(url: str, questions: list[str]) -> None:
    """The same questions with the same client and as many threads, nothing kept."""
    with httpx.Client(timeout=60) as client, ThreadPoolExecutor(WIDTH) as pool:

        def ask(question: str) -> str:
            body = {"model": "m", "messages": [{"role": "user", "content": question}], "max_tokens": 64}
            answered = client.post(f"{url}/chat/completions", json=body).json()
            return str(answered["choices"][0]["message"]["content"])

        assert len(list(pool.map(ask, questions))) == QUESTIONS


if __name__ == "__main__":
    main()
