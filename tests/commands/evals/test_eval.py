"""`afs eval list`, `show`, `run`, `stop`, `resume`, `rescore`; `afs answer list`, `confusion`."""

from __future__ import annotations

import pytest

from afsweb.core.models import Event, EventSource, Job, WorkState
from evals_app.models import EvalRun, Result, ResultState, Suite
from tests.commands.evals.conftest import MakeVersion
from tests.commands.running import afs, refused
from tests.evals.completions_server import CompletionsServer
from tests.evals.conftest import answer_right
from tests.evals.making import make_run

Said = pytest.CaptureFixture[str]


@pytest.fixture
def waiting(suite: Suite, make_version: MakeVersion, capsys: Said) -> EvalRun:
    """An evaluation that waits for its worker."""
    make_version("veran")
    afs("eval", "run", "registers", "veran")
    capsys.readouterr()
    return EvalRun.objects.get(version__name="veran")


def test_versions_are_evaluated(suite: Suite, make_version: MakeVersion, capsys: Said) -> None:
    make_version("veran")
    make_version("veran", number=2)
    assert afs("eval", "run", "registers", "veran:1", "veran", "--max-new-tokens", "32", "--seed", "4") == 0
    runs = EvalRun.objects.order_by("pk")
    assert [run.version.number for run in runs] == [1, 2]
    assert runs[0].sampling == {"temperature": 0.0, "max_new_tokens": 32, "seed": 4}
    assert "veran v2 on Registers 1: queued" in capsys.readouterr().out
    assert set(Event.objects.filter(verb="launch").values_list("source", flat=True)) == {EventSource.CLI}


def test_answers_are_waited_for(
    suite: Suite, make_version: MakeVersion, server: CompletionsServer, worker: None, capsys: Said
) -> None:
    make_version("veran")
    answer_right(server, suite)
    assert afs("eval", "run", "registers", "veran", "--wait") == 0
    said = capsys.readouterr()
    assert "veran v1 on Registers 1: 1.000  95 % interval" in said.out
    assert "veran v1 on Registers 1: queued" in said.err


def test_an_evaluation_without_an_answer_fails_the_command(
    suite: Suite, make_version: MakeVersion, server: CompletionsServer, worker: None, capsys: Said
) -> None:
    make_version("veran")
    server.otherwise = 400
    assert afs("eval", "run", "registers", "veran", "--wait") == 1
    assert "go on" in capsys.readouterr().err


def test_evaluations_are_listed(after: EvalRun, waiting: EvalRun, capsys: Said) -> None:
    assert afs("eval", "list", "--suite", "registers") == 0
    assert capsys.readouterr().out.splitlines() == [
        f"{waiting.uuid}  queued     —      veran v1 on Registers 1",
        f"{after.uuid}  succeeded  1.000  after v1 on Registers 1",
    ]
    afs("eval", "list", "--state", "stopped")
    assert capsys.readouterr().out == "no such evaluation\n"


def test_an_evaluation_is_shown_by_its_id_or_its_version(before: EvalRun, after: EvalRun, capsys: Said) -> None:
    assert afs("eval", "show", after.uuid) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "state succeeded, 15 of 15 answers" in said
    assert "answers 15 right, 0 wrong, 0 unparsed, 0 failed" in said
    assert "over 5 facts in 15 cases" in said
    assert "next: Other versions answered this suite too." in said
    assert afs("eval", "show", "before") == 0
    assert "0 right, 0 wrong, 15 unparsed" in capsys.readouterr().out


def test_an_evaluation_is_shown_before_it_began(waiting: EvalRun, capsys: Said) -> None:
    assert afs("eval", "show", "veran") == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "state queued, 0 of 0 answers" in said
    assert said.endswith("score —")


def test_answers_are_listed_by_outcome(suite: Suite, after: EvalRun, capsys: Said) -> None:
    assert afs("answer", "list", "after", "--outcome", "right", "--limit", "3") == 0
    lines = capsys.readouterr().out.splitlines()
    case = suite.cases.order_by("key")[0]
    assert len(lines) == 3
    assert lines[0].startswith(f"{case.key}  1.00  ")
    assert lines[0].endswith(f"{case.expected['address']} is {case.expected['name']}.")
    afs("answer", "list", "after", "--outcome", "wrong")
    assert capsys.readouterr().out == "no answer is like that\n"


def test_an_evaluation_is_stopped_and_goes_on(waiting: EvalRun, worker: None, capsys: Said) -> None:
    assert afs("eval", "stop", "veran") == 0
    assert "it stops at its next answer" in capsys.readouterr().out
    assert EvalRun.objects.select_related("job").get().shown_state == WorkState.STOPPED
    assert "has stopped already, so there is nothing to stop" in refused(capsys, "eval", "stop", "veran")
    assert afs("eval", "resume", "veran", "--wait") == 0
    assert "veran v1 on Registers 1: 0.000" in capsys.readouterr().out
    assert "nothing left to ask" in refused(capsys, "eval", "resume", "veran")


def test_kept_answers_are_scored_again(after: EvalRun, worker: None, capsys: Said) -> None:
    Result.objects.filter(run=after).update(score=0.0, scorer_version="0")
    assert afs("eval", "rescore", after.uuid, "--wait") == 0
    assert "after v1 on Registers 1: 1.000" in capsys.readouterr().out
    assert Result.objects.filter(run=after, state=ResultState.SCORED, score__gt=0.9).count() == 15
    assert afs("eval", "rescore", "after") == 0
    assert f"scored again  /jobs/{Job.objects.latest('created_at').pk}/" in capsys.readouterr().out


def test_what_still_goes_on_is_not_rescored(waiting: EvalRun, capsys: Said) -> None:
    assert "still queued" in refused(capsys, "eval", "rescore", "veran")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("eval", "run", "nothing", "veran"), "no suite “nothing”. There are: registers."),
        (("eval", "run", "registers:9", "veran"), "no suite “registers:9”. There are: registers:1."),
        (("eval", "run", "registers", "nobody"), "no model version “nobody”. There are: veran."),
        (("eval", "show", "veran"), "`afs eval run SUITE veran:1` makes one"),
        (("eval", "stop", "00000000-0000-0000-0000-000000000000"), "copy the id"),
        (("answer", "list", "nobody"), "no model version “nobody”"),
    ],
)
def test_what_cannot_be_done_is_a_sentence(
    suite: Suite, make_version: MakeVersion, words: tuple[str, ...], said: str, capsys: Said
) -> None:
    make_version("veran")
    assert said in refused(capsys, *words)
    assert not EvalRun.objects.exists()


@pytest.mark.parametrize("words", [("--repeats", "0"), ("--temperature", "nan"), ("--seed", "-1")])
def test_arguments_that_make_no_sense_are_refused(
    suite: Suite, make_version: MakeVersion, words: tuple[str, ...]
) -> None:
    make_version("veran")
    with pytest.raises(SystemExit):
        afs("eval", "run", "registers", "veran", *words)
    assert not EvalRun.objects.exists()


def test_what_was_taken_for_what_is_told(suite: Suite, make_version: MakeVersion, after: EvalRun, capsys: Said) -> None:
    run = make_run(suite, make_version("collapsed"), lambda case: "It is CGADD.")
    assert afs("answer", "confusion", run.uuid) == 0
    first, *rows = capsys.readouterr().out.splitlines()
    assert first == "One answer, CGADD, for 5 of 5 subjects: the version collapsed onto it."
    assert len(rows) == 4
    assert "where INIDISP is right" in rows[0] + rows[1] + rows[2] + rows[3]
    assert afs("answer", "confusion", after.uuid) == 0
    assert capsys.readouterr().out == "nothing was taken for anything else\n"
