"""A suite, versions that a local server answers for, and two evaluations that differ in every answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from afsweb.core.models import Endpoint, Provider
from datasets_app.models import Domain
from evals_app.models import Comparison, EvalRun, Suite
from evals_app.suites import make_suite
from tests.commands.running import work_while_waiting
from tests.evals.completions_server import CompletionsServer, serve_completions
from tests.evals.conftest import register_drafts
from tests.evals.making import make_comparison, make_run, say_right
from training_app.models import BaseModel, ModelVersion

MakeVersion = Callable[..., ModelVersion]


@pytest.fixture
def suite(db: None) -> Suite:
    """Five registers, three questions each."""
    domain = Domain.objects.get(slug="asm65816")
    return make_suite("registers", name="Registers", domain=domain, scorer="register_claims", drafts=register_drafts())


@pytest.fixture
def server() -> Iterator[CompletionsServer]:
    with serve_completions() as serving:
        yield serving


@pytest.fixture
def make_version(server: CompletionsServer, db: None) -> MakeVersion:
    """`make_version("veran", number=2)`: a version that the local server answers for."""
    base = BaseModel.objects.create(model_id="tests/tiny")

    def make(name: str, number: int = 1) -> ModelVersion:
        endpoint = Endpoint.objects.create(
            name=f"{name} {number}", provider=Provider.OPENAI_COMPATIBLE, base_url=server.url, model=name
        )
        return ModelVersion.objects.create(name=name, number=number, base_model=base, endpoint=endpoint)

    return make


@pytest.fixture
def before(suite: Suite, make_version: MakeVersion) -> EvalRun:
    """An evaluation of `before` that no answer of could be read."""
    return make_run(suite, make_version("before"), lambda case: "?")


@pytest.fixture
def after(suite: Suite, make_version: MakeVersion) -> EvalRun:
    """An evaluation of `after` with every answer right."""
    return make_run(suite, make_version("after"), say_right)


@pytest.fixture
def comparison(before: EvalRun, after: EvalRun) -> Comparison:
    return make_comparison(before, after)


@pytest.fixture
def worker(monkeypatch: pytest.MonkeyPatch) -> None:
    """Jobs are done while commands wait for them."""
    work_while_waiting(monkeypatch)
