"""Scoring is apart from asking: answers that wait for their scorer, several scorers in one suite, scores kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from afsweb.core.models import Job, User, WorkState
from datasets_app.models import Domain
from evals_app.answers import tally
from evals_app.launch import go_on, launch_eval, rescore_eval
from evals_app.models import EvalRun, ResultState, Score, Suite
from evals_app.scorers import SCORERS, Scored
from evals_app.suites import CaseDraft, make_suite
from tests.evals.completions_server import CompletionsServer
from tests.evals.conftest import answer_right, register_drafts
from training_app.models import ModelVersion

Do = Callable[[Job | None], str]


def slow(score: Callable[..., Scored] | None = None) -> None:
    changes = {"when": "afterwards"} | ({"score": score} if score else {})
    SCORERS["register_claims"] = replace(SCORERS["register_claims"], **changes)  # type: ignore[arg-type]


@pytest.fixture(autouse=True)
def own_scorers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(SCORERS, "register_claims", SCORERS["register_claims"])


def test_a_slow_scorer_scores_when_all_answers_are_there(
    suite: Suite, version: ModelVersion, server: CompletionsServer, do: Do, trainer: User
) -> None:
    seen: list[set[str]] = []
    plain = SCORERS["register_claims"].score

    def look(expected: dict[str, str], answer: str) -> Scored:
        seen.append(set(run.results.values_list("state", flat=True)))
        return plain(expected, answer)

    slow(look)
    answer_right(server, suite)
    run = launch_eval(suite, version, trainer)
    assert do(run.job) == "succeeded"
    run.refresh_from_db()
    assert seen == [{ResultState.ANSWERED}] * 15
    assert (run.score, tally(run).unscored, tally(run).right) == (1.0, 0, 15)


def test_what_a_broken_scorer_left_is_scored_by_the_next_attempt_without_asking(
    suite: Suite, version: ModelVersion, server: CompletionsServer, do: Do, trainer: User
) -> None:
    plain = SCORERS["register_claims"].score

    def broken(expected: dict[str, str], answer: str) -> Scored:
        raise OSError("the scorer's disk is gone")

    slow(broken)
    answer_right(server, suite)
    run = launch_eval(suite, version, trainer)
    assert do(run.job) == "failed"
    run = EvalRun.objects.get()
    assert (run.state, tally(run).unscored, tally(run).total) == (WorkState.FAILED, 15, 15)
    slow(plain)
    go_on(run, trainer)
    run.refresh_from_db()
    assert do(run.job) == "succeeded"
    run.refresh_from_db()
    assert (run.score, len(server.asked())) == (1.0, 15)


def test_each_case_is_scored_by_its_own_scorer(
    domain: Domain, version: ModelVersion, server: CompletionsServer, do: Do, trainer: User
) -> None:
    question = [{"role": "user", "content": "Say hello."}]
    word = CaseDraft("greeting", "words", "greeting", question, {"keywords": ["hello"]}, scorer="keyword")
    drafts = [*register_drafts(["TM"]), word]
    mixed = make_suite("mixed", name="Mixed", domain=domain, scorer="register_claims", drafts=drafts)
    answer_right(server, mixed, ["TM"])
    server.table["Say hello."] = "hello"
    run = launch_eval(mixed, version, trainer)
    assert do(run.job) == "succeeded"
    run.refresh_from_db()
    labels = [SCORERS[name].label for name in ("keyword", "register_claims")]
    assert (run.score, run.hashes["scorer"]) == (1.0, ", ".join(labels))


def test_rescoring_keeps_what_an_answer_was_worth_before(
    suite: Suite, version: ModelVersion, server: CompletionsServer, do: Do, trainer: User
) -> None:
    answer_right(server, suite)
    run = launch_eval(suite, version, trainer)
    do(run.job)
    before = SCORERS["register_claims"].version
    strict = replace(SCORERS["register_claims"], version="9", score=lambda *_: Scored(0.0, explanation="strict"))
    SCORERS["register_claims"] = strict
    run.refresh_from_db()
    for _ in range(2):  # the second time nothing new is there to keep
        assert do(rescore_eval(run, trainer)) == "succeeded"
    kept = Score.objects.filter(result__run=run)
    assert set(kept.values_list("scorer", "version", "value", "by")) == {("register_claims", before, 1.0, None)}
    assert kept.count() == 15
    assert set(run.results.values_list("score", "scorer_version")) == {(0.0, "9")}
