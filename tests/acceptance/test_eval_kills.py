"""kill -9 in the middle of an evaluation: every answer once, few asked twice, the score as if nothing had been."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest

from afsweb.core.models import Endpoint, Job, Provider, WorkState
from datasets_app.models import Domain
from evals_app.models import EvalRun, ResultState, Suite
from evals_app.register_suite import register_cases, registers_of
from evals_app.runs.launch import launch_eval
from evals_app.suites import make_suite
from tests.acceptance.conftest import Workers, wait_for, wait_until_over
from tests.evals.completions_server import CompletionsServer, serve_completions
from tests.evals.conftest import answer_right
from training_app.models import BaseModel, ModelVersion

WIDTH, KILLS = 4, 3


@pytest.fixture
def server() -> Iterator[CompletionsServer]:
    with serve_completions(delay=0.2) as serving:
        yield serving


@pytest.fixture
def suite(transactional_db: None) -> Suite:
    drafts = register_cases(registers_of("", ["PPU"])[:40], seed=1)
    domain = Domain.objects.get(slug="asm65816")
    return make_suite("screen", name="Screen", domain=domain, scorer="register_claims", drafts=drafts)


@pytest.fixture
def run(suite: Suite, server: CompletionsServer) -> EvalRun:
    answer_right(server, suite, [case.cluster for case in suite.cases.all()[::2]])
    endpoint = Endpoint.objects.create(
        name="local",
        provider=Provider.OPENAI_COMPATIBLE,
        base_url=server.url,
        model="m",
        capabilities={"concurrency": WIDTH},
    )
    base = BaseModel.objects.create(model_id="tests/tiny")
    return launch_eval(suite, ModelVersion.objects.create(name="v", base_model=base, endpoint=endpoint), None)


def kept(run: EvalRun) -> dict[int, str]:
    """What is stored: the answers that came so far."""
    return dict(run.results.exclude(state=ResultState.PLANNED).values_list("pk", "answer"))


def wait_for_more(run: EvalRun, than: int) -> None:
    wait_for(lambda: len(kept(run)) >= than + 8)


def test_a_run_that_is_killed_again_and_again_comes_to_the_same_end(
    workers: Workers, run: EvalRun, suite: Suite, server: CompletionsServer
) -> None:
    Job.objects.update(max_attempts=KILLS + 1)
    (worker,) = workers.start()
    before: dict[int, str] = {}
    for _ in range(KILLS):
        wait_for_more(run, len(before))
        worker.child().kill()
        before = kept(run)
    assert run.job
    wait_until_over([run.job])
    run.refresh_from_db()
    assert (run.state, run.error, run.job.attempt) == (WorkState.SUCCEEDED, "", KILLS + 1)
    assert len(kept(run)) == run.results.count() == suite.cases.count()
    assert before.items() <= kept(run).items()
    asked = Counter(server.asked())
    assert set(asked) == {case.question for case in suite.cases.all()}
    assert sum(asked.values()) - len(asked) <= KILLS * WIDTH
    expected = {case.pk: server.table.get(case.question, server.otherwise) for case in suite.cases.all()}
    assert dict(run.results.values_list("case_id", "answer")) == expected
    right = sum(case.question in server.table for case in suite.cases.all())
    assert run.score == pytest.approx(right / suite.cases.count())
