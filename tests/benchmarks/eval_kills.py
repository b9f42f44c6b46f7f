"""kill -9 at 20 random moments of an evaluation: nothing lost, nothing doubled, few asked twice, the same report.

Run: python -m tests.benchmarks.eval_kills [KILLS]. A real worker's job process is killed at a moment drawn at random
after it began to ask; then the same questions are asked without any kill, and both are compared answer by answer.
"""

from __future__ import annotations

import random
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from tests.benchmarks.harness import Bar, argument, hub, report

if TYPE_CHECKING:
    from evals_app.models import EvalRun, Suite
    from tests.acceptance.conftest import WorkerProcess
    from tests.evals.completions_server import CompletionsServer

KILLS, WIDTH, DELAY, SEED = 20, 16, 0.2, 65816
LONGEST = 0.6  # seconds of asking before a kill, at most


def main() -> None:
    wanted = argument(KILLS)
    with hub(), tempfile.TemporaryDirectory() as logs:
        from tests.acceptance.clocks import FAST_CLOCKS
        from tests.acceptance.conftest import WorkerProcess
        from tests.evals.completions_server import serve_completions

        with serve_completions(delay=DELAY) as server:
            run, suite = make_run(server, attempts=wanted + 1)
            worker = WorkerProcess("w", Path(logs) / "w.log", FAST_CLOCKS)
            try:
                figures = kill_often(run, server, worker, wanted)
                asked = Counter(server.asked())
                server.bodies.clear()
                quiet = launch(suite, run)
                wait_until_done(quiet)
            finally:
                worker.end()
        figures |= compare(run, quiet) | {"repeated": sum(asked.values()) - len(asked)}
    told = {name: figures.pop(name) for name in ("lost", "doubled", "different", "most_repeated_by_a_kill")}
    bars = {name: Bar(told[name], at_most=0) for name in ("lost", "doubled", "different")}
    bars["most_repeated_by_a_kill"] = Bar(told["most_repeated_by_a_kill"], at_most=WIDTH)
    report("eval_kills", figures, bars | {"kills": Bar(figures["kills"], at_least=wanted)})


def make_run(server: CompletionsServer, *, attempts: int) -> tuple[EvalRun, Suite]:
    """An evaluation of 500 questions, half of which the server answers right."""
    from afsweb.core.models import Endpoint, Job, Provider
    from evals_app.runs.launch import launch_eval
    from tests.benchmarks.eval_run import make_suite
    from training_app.models import BaseModel, ModelVersion

    suite = make_suite()
    for case in suite.cases.all()[::2]:
        server.table[case.question] = f"{case.expected['address']} is {case.expected['name']}."
    facts = {"base_url": server.url, "model": "m", "capabilities": {"concurrency": WIDTH}}
    endpoint = Endpoint.objects.create(name="local", provider=Provider.OPENAI_COMPATIBLE, **facts)
    base = BaseModel.objects.create(model_id="bench/tiny")
    run = launch_eval(suite, ModelVersion.objects.create(name="v", base_model=base, endpoint=endpoint), None)
    Job.objects.update(max_attempts=attempts)
    return run, suite


def launch(suite: Suite, run: EvalRun) -> EvalRun:
    from evals_app.runs.launch import launch_eval

    return launch_eval(suite, run.version, None)


def kill_often(run: EvalRun, server: CompletionsServer, worker: WorkerProcess, wanted: int) -> dict[str, float]:
    """Kill the job's process so often, each time at a random moment of its asking; what each kill will repeat."""
    moments, repeated = random.Random(SEED), [0]
    kills = 0
    while kills < wanted and not is_over(run):
        before = len(server.bodies)
        while len(server.bodies) == before and not is_over(run):
            time.sleep(0.01)
        time.sleep(moments.uniform(0, LONGEST))
        if is_over(run):
            break
        worker.child().kill()
        time.sleep(2 * DELAY)  # what was under way has arrived by now
        kills += 1
        under_way = set(server.asked()) - kept(run)
        repeated.append(len(under_way))
    wait_until_done(run)
    return {"kills": kills, "most_repeated_by_a_kill": max(repeated)}


def kept(run: EvalRun) -> set[str]:
    """The questions whose answers are stored."""
    return {row.case.question for row in run.results.exclude(state="planned").select_related("case")}


def is_over(run: EvalRun) -> bool:
    run.refresh_from_db()
    return run.state in ("succeeded", "failed", "stopped")


def wait_until_done(run: EvalRun) -> None:
    until = time.monotonic() + 300
    while not is_over(run):
        assert time.monotonic() < until, f"it is {run.state}: {run.error}"
        time.sleep(0.1)
    assert run.state == "succeeded", run.error


def compare(run: EvalRun, quiet: EvalRun) -> dict[str, float]:
    """What the kills changed: answers that are missing, twice there or different, and the run's figures."""
    told = ("case_id", "repeat", "state", "score", "answer", "extracted")
    ours, theirs = (Counter(one.results.values_list(*told)) for one in (run, quiet))
    places = Counter(run.results.values_list("case_id", "repeat"))
    same = (run.score, run.low, run.high) == (quiet.score, quiet.low, quiet.high)
    return {
        "answers": sum(ours.values()),
        "lost": quiet.results.count() - len(places) + run.results.filter(state="planned").count(),
        "doubled": sum(count - 1 for count in places.values()),
        "different": sum((ours - theirs).values()) + sum((theirs - ours).values()) + (not same),
    }


if __name__ == "__main__":
    main()
