"""A run answers its suite: every case once, errors and unparsed answers apart from wrong ones."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from afsweb.core.archiving import set_archived
from afsweb.core.jobs.actions import stop_work
from afsweb.core.jobs.errors import WorkIsOver
from afsweb.core.models import Event, Job, User, WorkState
from afsweb.llm.answering import Sampling
from evals_app.errors import NothingToAsk, RunGoesOn, SuiteIsArchived, VersionCannotAnswer
from evals_app.models import EvalRun, Suite
from evals_app.runs.launch import go_on, launch_eval, rescore_eval
from evals_app.scorers import SCORERS
from tests.evals.completions_server import CompletionsServer
from tests.evals.conftest import MakeVersion, answer_right, states
from training_app.models import ModelVersion

Do = Callable[[Job | None], str]


@pytest.fixture
def run(suite: Suite, version: ModelVersion, trainer: User) -> EvalRun:
    return launch_eval(suite, version, trainer)


def test_every_case_is_asked_once_and_scored(
    run: EvalRun, server: CompletionsServer, suite: Suite, do: Do, trainer: User
) -> None:
    answer_right(server, suite, ["INIDISP", "VMAIN", "CGADD"])
    server.table |= {case.question: "It is TM." for case in suite.cases.filter(cluster="MDMAEN")}
    assert do(run.job) == "succeeded"
    run.refresh_from_db()
    assert sorted(server.asked()) == sorted(case.question for case in suite.cases.all())
    assert states(run) == {"scored": 12, "unparsed": 3}
    assert run.state == WorkState.SUCCEEDED
    assert run.score == pytest.approx(0.6)
    assert run.low is not None
    assert run.high is not None
    assert run.low < 0.6 < run.high
    assert Event.objects.get(object_type="evals.evalrun").actor == trainer


def test_a_result_holds_the_answer_and_what_it_cost(
    run: EvalRun, server: CompletionsServer, suite: Suite, do: Do
) -> None:
    answer_right(server, suite)
    do(run.job)
    result = run.results.filter(case__cluster="INIDISP").first()
    assert result
    assert (result.answer, result.score, result.extracted) == ("$2100 is INIDISP.", 1.0, "INIDISP")
    assert (result.input_tokens, result.output_tokens, result.scorer_version) == (11, 3, "2")
    assert result.milliseconds is not None
    assert result.evidence[0]["verdict"] == "supported"


def test_the_hashes_say_what_was_measured(run: EvalRun, suite: Suite, do: Do) -> None:
    do(run.job)
    run.refresh_from_db()
    assert run.hashes["suite"] == suite.sha256
    assert run.hashes["scorer"] == "register_claims 2"
    assert len(run.hashes["sampling"]) == 64
    assert run.hashes["template"] == ""  # the server's own, which it does not tell


def test_an_error_is_no_zero(run: EvalRun, server: CompletionsServer, suite: Suite, do: Do) -> None:
    answer_right(server, suite)
    server.table |= {case.question: 503 for case in suite.cases.filter(cluster="CGADD")}
    assert do(run.job) == "succeeded"
    run.refresh_from_db()
    assert states(run) == {"failed": 3, "scored": 12}
    assert run.score == 1.0


def test_what_failed_is_asked_again_and_nothing_else(
    run: EvalRun, server: CompletionsServer, suite: Suite, do: Do, trainer: User
) -> None:
    answer_right(server, suite)
    question = suite.cases.first().question  # type: ignore[union-attr]
    server.table[question] = 400
    do(run.job)
    answer_right(server, suite)
    run.refresh_from_db()
    go_on(run, trainer)
    run.refresh_from_db()
    assert do(run.job) == "succeeded"
    assert states(run) == {"scored": 15}
    assert server.asked().count(question) == 2
    assert len(server.asked()) == 16


def test_nothing_left_to_ask_is_said(run: EvalRun, server: CompletionsServer, do: Do, trainer: User) -> None:
    do(run.job)
    run.refresh_from_db()
    with pytest.raises(NothingToAsk):
        go_on(run, trainer)


def test_a_dead_endpoint_ends_the_run_and_keeps_its_questions(
    run: EvalRun, server: CompletionsServer, do: Do, trainer: User
) -> None:
    server.otherwise = 500
    assert do(run.job) == "failed"
    run.refresh_from_db()
    assert run.state == WorkState.FAILED
    assert "None of the 15 questions was answered" in run.error
    server.otherwise = "It is INIDISP."
    go_on(run, trainer)
    run.refresh_from_db()
    assert do(run.job) == "succeeded"
    assert states(run) == {"scored": 15}


def test_twenty_failures_in_a_row_are_enough(
    suite: Suite, version: ModelVersion, server: CompletionsServer, do: Do, trainer: User
) -> None:
    server.otherwise = 500
    run = launch_eval(suite, version, trainer, repeats=10)
    assert do(run.job) == "failed"
    run.refresh_from_db()
    assert "20 times in a row; the last time: 500 Internal Server Error" in run.error
    assert len(server.bodies) < 80


def test_repeats_draw_anew(
    suite: Suite, version: ModelVersion, server: CompletionsServer, do: Do, trainer: User
) -> None:
    run = launch_eval(suite, version, trainer, sampling=Sampling(0.7, 32, seed=5), repeats=3)
    do(run.job)
    assert run.results.count() == 45
    assert {body["seed"] for body in server.bodies} == {5, 6, 7}
    assert {body["max_tokens"] for body in server.bodies} == {32}


def test_rescoring_asks_nothing_and_says_which_scorer(
    run: EvalRun, server: CompletionsServer, suite: Suite, do: Do, trainer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer_right(server, suite)
    do(run.job)
    newer = replace(SCORERS["register_claims"], version="2")
    monkeypatch.setitem(SCORERS, "register_claims", newer)
    asked = len(server.bodies)
    run.refresh_from_db()
    assert do(rescore_eval(run, trainer)) == "succeeded"
    run.refresh_from_db()
    assert len(server.bodies) == asked
    assert set(run.results.values_list("scorer_version", flat=True)) == {"2"}
    assert (run.hashes["scorer"], run.score) == ("register_claims 2", 1.0)


def test_a_version_without_anything_to_ask_is_refused(suite: Suite, make_version: MakeVersion, trainer: User) -> None:
    with pytest.raises(VersionCannotAnswer, match="bare v1 cannot be asked"):
        launch_eval(suite, make_version("bare", endpoint=None), trainer)
    assert not EvalRun.objects.exists()
    assert not Job.objects.exists()


def test_an_archived_suite_is_refused(suite: Suite, version: ModelVersion, trainer: User) -> None:
    set_archived(suite, True, by=trainer)
    suite.refresh_from_db()
    with pytest.raises(SuiteIsArchived):
        launch_eval(suite, version, trainer)


def test_a_run_is_stopped_before_it_starts(run: EvalRun, trainer: User) -> None:
    stop_work(run, trainer)
    run = EvalRun.objects.select_related("job").get()
    assert run.shown_state == WorkState.STOPPED
    assert run.can_go_on
    with pytest.raises(WorkIsOver, match="stopped already"):
        stop_work(run, trainer)


def test_a_waiting_run_cannot_go_on_twice(run: EvalRun, trainer: User) -> None:
    with pytest.raises(RunGoesOn, match="still queued"):
        go_on(run, trainer)
    with pytest.raises(RunGoesOn):
        rescore_eval(run, trainer)
