"""Answers whose scoring takes a core for itself are scored when all are there, in several processes."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

import psutil
import pytest

from afsweb.core.jobs.context import Stopped
from afsweb.core.models import Job
from datasets_app.models import Domain
from evals_app.errors import ScoringEnded
from evals_app.models import EvalRun, Result, ResultState, Score, Suite
from evals_app.results import scoring
from evals_app.results.scoring import open_scoring
from evals_app.runs.launch import launch_eval, rescore_eval
from evals_app.suites import CaseDraft, make_suite
from tests.evals.completions_server import CompletionsServer
from tests.evals.conftest import states
from tests.evals.dying import die
from training_app.models import ModelVersion

CODE = "Sum:\nSEP #$20\nLDA ${at:04X}\nCLC\nADC #$05\nSTA $0312\nRTS"
WAIT = 20.0


def code(at: int) -> str:
    return CODE.format(at=at)


@pytest.fixture
def suite(domain: Domain) -> Suite:
    """Six routines to be written again, and one question of words."""
    drafts = [
        CaseDraft(f"c{at}", "code", f"c{at}", [{"role": "user", "content": f"Case {at}"}], {"equal": code(at)})
        for at in range(0x310, 0x316)
    ]
    words = CaseDraft("w", "words", "w", [{"role": "user", "content": "Words"}], {"answers": ["yes"]}, scorer="exact")
    return make_suite("code", name="Code", domain=domain, scorer="asm_exec", drafts=[*drafts, words])


def answer(server: CompletionsServer, suite: Suite) -> None:
    for case in suite.cases.exclude(key="w"):
        wrong = case.key == "c784"
        server.table[case.question] = f"```asm\n{code(0x400) if wrong else case.expected['equal']}\n```"
    server.table["Words"] = "yes"


def test_a_run_is_scored_at_its_end(
    do: Callable[[Job | None], str], server: CompletionsServer, suite: Suite, version: ModelVersion
) -> None:
    answer(server, suite)
    run = launch_eval(suite, version, None)
    assert do(run.job) == "succeeded"
    run.refresh_from_db()
    assert states(run) == {"scored": 7}
    assert run.score == pytest.approx(6 / 7)
    right = run.results.get(case__key="c785")
    assert (right.extracted, right.measures["bytes"], right.scorer_version) == ("right", 12, "1")
    assert run.results.get(case__key="c784").measures == {}
    assert not pool_processes()


def test_rescoring_asks_nobody_and_gives_the_same(
    do: Callable[[Job | None], str], server: CompletionsServer, suite: Suite, version: ModelVersion
) -> None:
    answer(server, suite)
    run = launch_eval(suite, version, None)
    do(run.job)
    before = list(run.results.order_by("pk").values_list("score", "extracted", "explanation"))
    asked = len(server.bodies)
    assert do(rescore_eval(run, None)) == "succeeded"
    assert list(run.results.order_by("pk").values_list("score", "extracted", "explanation")) == before
    assert len(server.bodies) == asked
    assert not Score.objects.exists()


def unscored(suite: Suite, version: ModelVersion) -> list[Result]:
    run = EvalRun.objects.create(suite=suite, version=version, sampling={})
    rows = [
        Result(run=run, case=case, state=ResultState.ANSWERED, answer=f"```asm\n{code(0x310)}\n```")
        for case in suite.cases.all()
    ]
    return Result.objects.bulk_create(rows)


def test_a_wish_to_stop_ends_it_and_its_processes(suite: Suite, version: ModelVersion) -> None:
    def stop() -> None:
        raise Stopped

    with pytest.raises(Stopped), open_scoring() as open_:
        open_.score(unscored(suite, version), suite, stop)
    assert not pool_processes()


def test_a_process_that_was_killed_is_told(
    suite: Suite, version: ModelVersion, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scoring, "score_by_name", die)
    with pytest.raises(ScoringEnded, match="ended from outside"), open_scoring() as open_:
        open_.score(unscored(suite, version), suite, lambda: None)


def test_a_few_are_scored_here(suite: Suite, version: ModelVersion, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scoring, "start_pool", lambda: pytest.fail("a process was started"))
    few = unscored(suite, version)[:3]
    with open_scoring() as open_:
        open_.score(few, suite, lambda: None)
    assert [result.state for result in few] == ["scored"] * 3


def test_the_processes_load_no_django_and_end_with_a_starter_that_is_killed() -> None:
    program = (
        "import sys, time\n"
        "from evals_app.scorers.processes import start_pool\n"
        "if __name__ == '__main__':\n"
        "    pool = start_pool()\n"
        "    print(pool.submit(eval, \"'django.db' in __import__('sys').modules\").result(), flush=True)\n"
        "    time.sleep(60)\n"
    )
    starter = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    assert starter.stdout
    assert starter.stdout.readline().strip() == "False"
    processes = psutil.Process(starter.pid).children(recursive=True)
    assert processes
    starter.send_signal(signal.SIGKILL)
    starter.wait()
    starter.stdout.close()
    _, alive = psutil.wait_procs(processes, timeout=WAIT)
    assert not alive


def pool_processes() -> list[Any]:
    """The spawned processes of this one that still live."""
    until = time.monotonic() + WAIT
    while time.monotonic() < until:
        found = [one for one in psutil.Process().children() if "spawn_main" in " ".join(_command(one))]
        if not found:
            return []
        time.sleep(0.05)
    return found


def _command(process: psutil.Process) -> list[str]:
    try:
        return [str(word) for word in process.cmdline()]
    except psutil.Error:
        return []
