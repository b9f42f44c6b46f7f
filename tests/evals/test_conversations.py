"""A version and a simulator talk: each conversation is held once; what the simulator breaks counts against nobody."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.utils import timezone

from afsweb.core.jobs.context import JobContext
from afsweb.core.jobs.perform import perform, settle
from afsweb.core.models import Endpoint, Host, Job, User, WorkState
from evals_app.compare.compute import make_report
from evals_app.errors import RunChanged, SimulatorNeeded, SuiteIsMixed
from evals_app.models import Case, EvalRun, Result, Suite
from evals_app.results.answers import tally
from evals_app.runs.launch import go_on, launch_eval
from evals_app.runs.runner import answer_suite
from evals_app.simulate.audit import stop_table
from evals_app.simulate.simulator import simulator_sha256
from tests.evals.completions_server import CompletionsServer, serve_completions
from tests.evals.conftest import MakeVersion, lease, states
from tests.evals.talking import answer, file_of, make_simulator, make_talks, persona, play, use_marks

Do = Callable[[Job | None], str]


@pytest.fixture
def user() -> Iterator[CompletionsServer]:
    with serve_completions(script=play) as serving:
        yield serving


@pytest.fixture
def simulator(db: None, user: CompletionsServer) -> Endpoint:
    return make_simulator(user.url)


@pytest.fixture(autouse=True)
def version_server(server: CompletionsServer, monkeypatch: pytest.MonkeyPatch) -> CompletionsServer:
    use_marks(monkeypatch)
    server.script = answer
    return server


@pytest.fixture
def talks(db: None) -> Suite:
    """Three personas, two conversations each."""
    return make_talks()


@pytest.fixture
def run(talks: Suite, simulator: Endpoint, make_version: MakeVersion, trainer: User) -> EvalRun:
    return launch_eval(talks, make_version("good"), trainer, simulator=simulator)


def reasons(run: EvalRun) -> dict[str, tuple[str, str]]:
    rows = run.results.values_list("case__expected__persona__name", "stop_reason", "state")
    return {name: (reason, state) for name, reason, state in rows}


def test_every_conversation_is_held_once_and_marked(
    run: EvalRun, server: CompletionsServer, user: CompletionsServer, do: Do
) -> None:
    assert do(run.job) == "succeeded"
    assert states(run) == {"scored": 6}
    assert (len(server.bodies), len(user.bodies)) == (12, 12)
    result = run.results.get(case__cluster="p9002", case__key__contains="/1/")
    assert [message["content"] for message in result.transcript] == [
        "Opening 2.1: how does it work?",
        "good answers 1 with an example.",
        "And 1?",
        "good answers 2 with an example.",
        "Now I can explain it.",
    ]
    assert result.stop_reason == "goal reached"
    assert result.answer == "good answers 1 with an example.\n\ngood answers 2 with an example."
    assert (result.input_tokens, result.output_tokens, result.lease) == (22, 12, None)
    run.refresh_from_db()
    assert (run.state, run.score) == (WorkState.SUCCEEDED, 1.0)


def test_the_run_carries_the_hash_of_its_simulator(run: EvalRun, simulator: Endpoint, do: Do) -> None:
    do(run.job)
    run.refresh_from_db()
    assert run.hashes["simulator"] == simulator_sha256(simulator)


def test_why_each_ended_is_told_apart(
    simulator: Endpoint, make_version: MakeVersion, trainer: User, do: Do, server: CompletionsServer
) -> None:
    names = ("Ada", "Bo", "Cem", "Dana", "Eli", "Farah", "Gita", "Hugo", "Ines")
    people = [persona(number, name) for number, name in zip((1, 2, 3, 4, 5, 6, 9, 7, 8), names, strict=True)]
    run = launch_eval(make_talks(file_of(*people)), make_version("good"), trainer, simulator=simulator)
    assert do(run.job) == "succeeded"
    assert reasons(run) == {
        "Ada": ("goal reached", "scored"),
        "Bo": ("gave up", "scored"),
        "Cem": ("turn limit", "scored"),
        "Dana": ("simulator repeated itself", "spoilt"),
        "Eli": ("simulator left its role", "spoilt"),
        "Farah": ("simulator error", "spoilt"),
        "Gita": ("simulator error", "spoilt"),
        "Hugo": ("version error", "failed"),
        "Ines": ("version said nothing", "scored"),
    }
    count = tally(run)
    assert (count.spoilt, count.failed, count.not_come, count.done, count.total) == (4, 1, 5, 9, 9)
    (row,) = stop_table(run)
    assert row.cells == [1, 1, 1, 1, 1, 2, 1, 1]
    assert row.spoilt_share == pytest.approx(4 / 9)
    run.refresh_from_db()
    assert run.score == pytest.approx((1 + 1 + 1 + 0.25) / 4)  # the four that say something about the version
    assert "503" in run.results.get(stop_reason="simulator error", case__cluster="p9006").error
    assert run.results.get(stop_reason="simulator left its role").transcript[-1]["content"].startswith("As an AI")


def test_what_was_spoilt_is_held_again_when_it_goes_on(
    run: EvalRun, user: CompletionsServer, server: CompletionsServer, do: Do, trainer: User
) -> None:
    user.script = lambda body: 503 if "Opening 1.1" in body["messages"][1]["content"] else play(body)
    assert do(run.job) == "succeeded"
    assert states(run) == {"scored": 5, "spoilt": 1}
    user.script = play
    asked = len(server.bodies)
    run.refresh_from_db()
    go_on(run, trainer)
    run.refresh_from_db()
    assert do(run.job) == "succeeded"
    assert states(run) == {"scored": 6}
    assert len(server.bodies) == asked + 2


def test_a_dead_simulator_ends_the_run_and_the_version_is_not_to_blame(
    run: EvalRun, user: CompletionsServer, do: Do
) -> None:
    user.script = lambda body: 500
    assert do(run.job) == "failed"
    run.refresh_from_db()
    assert "None of the 6 questions was answered; the last time: 500" in run.error
    assert (states(run), run.score) == ({"spoilt": 6}, None)


def test_twenty_turns_in_a_row_without_an_answer_are_enough(
    simulator: Endpoint, make_version: MakeVersion, trainer: User, user: CompletionsServer, do: Do
) -> None:
    user.script = lambda body: 500
    file = file_of(*(persona(number, openings=20) for number in (1, 2)))
    run = launch_eval(make_talks(file), make_version("good"), trainer, simulator=simulator)
    assert do(run.job) == "failed"
    run.refresh_from_db()
    assert "The endpoint “a user” gave no answer " in run.error
    assert "in a row; the last time: 500" in run.error
    assert states(run)["planned"]


def test_the_same_conversation_has_the_same_seed_and_opening_for_every_version(
    talks: Suite, simulator: Endpoint, make_version: MakeVersion, trainer: User, server: CompletionsServer, do: Do
) -> None:
    for name in ("good", "poor"):
        run = launch_eval(talks, make_version(name), trainer, simulator=simulator)
        assert do(run.job) == "succeeded"
    drawn = {
        name: sorted((body["messages"][0]["content"], body["seed"]) for body in server.bodies if body["model"] == name)
        for name in ("good", "poor")
    }
    assert drawn["good"] == drawn["poor"]
    assert len({seed for _, seed in drawn["good"]}) == 6


def test_a_comparison_counts_personas_not_conversations(
    talks: Suite, simulator: Endpoint, make_version: MakeVersion, trainer: User, do: Do
) -> None:
    runs = [launch_eval(talks, make_version(name), trainer, simulator=simulator) for name in ("poor", "good")]
    for run in runs:
        assert do(run.job) == "succeeded"
        run.refresh_from_db()
    report = make_report(*runs)
    assert report.difference
    paired = report.difference.paired
    assert (paired.clusters, paired.cases) == (3, 6)
    assert paired.difference == pytest.approx(0.75)
    assert paired.p == pytest.approx(0.25)  # 2 of the 2^3 patterns of signs: six conversations would have given 1/32
    assert [row.run.version.name for row in stop_table(runs[1])] == ["good", "poor"]


def test_a_slow_answer_holds_up_its_own_conversation_only(
    run: EvalRun, server: CompletionsServer, user: CompletionsServer, do: Do
) -> None:
    def slow(body: dict[str, Any]) -> str | int:
        if len(body["messages"]) == 1 and "Opening 1.1" in body["messages"][0]["content"]:
            while len(server.bodies) < 11 and time.monotonic() < give_up_at:  # all other turns come first
                time.sleep(0.01)
        return answer(body)

    give_up_at = time.monotonic() + 10
    server.script = slow
    assert do(run.job) == "succeeded"
    assert time.monotonic() < give_up_at
    assert states(run) == {"scored": 6}


def test_a_killed_run_begins_again_only_what_was_not_kept(
    run: EvalRun, server: CompletionsServer, host: Host, do: Do, monkeypatch: pytest.MonkeyPatch
) -> None:
    Endpoint.objects.update(capabilities={"concurrency": 1})
    whole = JobContext.fenced

    def dying(ctx: JobContext) -> object:
        if Result.objects.exclude(state="planned").count() >= 2:
            raise SystemExit("killed")
        return whole(ctx)

    assert run.job
    with monkeypatch.context() as patch:
        patch.setattr(JobContext, "fenced", dying)
        with pytest.raises(SystemExit):
            answer_suite(lease(run.job, host), EvalRun.objects.select_related("simulator").get())
    kept = dict(run.results.exclude(state="planned").values_list("pk", "transcript"))
    assert 2 <= len(kept) < 6
    asked = len(server.bodies)
    assert do(run.job) == "succeeded"
    assert states(run) == {"scored": 6}
    assert kept.items() <= dict(run.results.values_list("pk", "transcript")).items()
    openings = {message["content"] for said in kept.values() for message in said[:1]}
    assert not openings & {body["messages"][0]["content"] for body in server.bodies[asked:]}


def test_a_stopped_run_keeps_what_ended_and_goes_on(
    run: EvalRun, server: CompletionsServer, host: Host, do: Do, trainer: User
) -> None:
    assert run.job
    server.delay = 0.2
    ctx = lease(run.job, host)
    Job.objects.filter(pk=run.job.pk).update(stop_requested_at=timezone.now())
    ending = perform(ctx)
    assert (ending.name, settle(ending)) == ("cancelled", True)
    run = EvalRun.objects.select_related("job").get()
    assert run.state == WorkState.STOPPED
    server.delay = 0
    go_on(run, trainer)
    run.refresh_from_db()
    assert do(run.job) == "succeeded"
    assert states(run) == {"scored": 6}


def test_another_simulator_is_not_mixed_into_a_run(
    run: EvalRun, simulator: Endpoint, user: CompletionsServer, do: Do, trainer: User
) -> None:
    user.script = lambda body: 503 if "Opening 1.1" in body["messages"][1]["content"] else play(body)
    do(run.job)
    Endpoint.objects.filter(pk=simulator.pk).update(model="plays-otherwise")
    run = EvalRun.objects.select_related("job", "version").get()
    go_on(run, trainer)
    run.refresh_from_db()
    assert do(run.job) == "failed"
    run.refresh_from_db()
    assert run.error == str(RunChanged(version=run.version, what="simulator"))


def test_conversations_need_somebody_who_plays_the_user(
    talks: Suite, suite: Suite, simulator: Endpoint, make_version: MakeVersion, trainer: User
) -> None:
    with pytest.raises(SimulatorNeeded, match="Choose an endpoint as the simulator"):
        launch_eval(talks, make_version("good"), trainer)
    assert launch_eval(suite, make_version("plain"), trainer, simulator=simulator).simulator is None


def test_a_suite_is_of_one_sort(talks: Suite, simulator: Endpoint, make_version: MakeVersion, trainer: User) -> None:
    Case.objects.filter(suite=talks, key__startswith="p9001/1/").update(expected={"keywords": ["x"]})
    with pytest.raises(SuiteIsMixed, match="Make two suites of it"):
        launch_eval(talks, make_version("good"), trainer, simulator=simulator)
    assert not EvalRun.objects.exists()
