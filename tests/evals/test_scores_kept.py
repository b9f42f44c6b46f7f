"""Several scorers in one suite, and what an answer was worth before it was scored again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from afsweb.core.models import Job, User
from datasets_app.models import Domain
from evals_app.models import Score, Suite
from evals_app.runs.launch import launch_eval, rescore_eval
from evals_app.scorers import SCORERS, Scored
from evals_app.suites import CaseDraft, make_suite
from tests.evals.completions_server import CompletionsServer
from tests.evals.conftest import answer_right, register_drafts
from training_app.models import ModelVersion

Do = Callable[[Job | None], str]


@pytest.fixture(autouse=True)
def own_scorers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(SCORERS, "register_claims", SCORERS["register_claims"])


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
    assert set(kept.values_list("scorer", "version", "value")) == {("register_claims", before, 1.0)}
    assert not kept.exclude(by=None).exists()
    assert kept.count() == 15
    assert set(run.results.values_list("score", "scorer_version")) == {(0.0, "9")}
