"""A suite, versions that a local server answers for, and jobs done as a worker does them, in this process."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from uuid import uuid4

import pytest

from afsweb.core.jobs.context import JobContext
from afsweb.core.jobs.perform import perform, settle
from afsweb.core.models import Endpoint, Host, Job, Provider
from afsweb.llm.answerers import window
from datasets_app.models import Domain
from evals_app.models import EvalRun, Suite
from evals_app.register_suite import register_cases, registers_of
from evals_app.suites import CaseDraft, make_suite
from tests.evals.completions_server import CompletionsServer, serve_completions
from training_app.models import BaseModel, ModelVersion

NAMES = ("INIDISP", "VMAIN", "CGADD", "MDMAEN", "NMITIMEN")

MakeVersion = Callable[..., ModelVersion]


@pytest.fixture(autouse=True)
def no_long_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that refuses is asked again soon: the real first wait is a second."""
    monkeypatch.setattr(window, "FIRST_WAIT", 0.01)


@pytest.fixture
def host(db: None) -> Host:
    return Host.objects.create(name="a-host")


def lease(job: Job, host: Host) -> JobContext:
    """Take the job as a worker does, whatever became of an earlier attempt."""
    Job.objects.filter(pk=job.pk, state="leased").update(state="queued", lease=None)
    taken = job.take_lease(host, "a-worker", None)
    assert taken
    job.refresh_from_db()
    return JobContext(job, taken)


@pytest.fixture
def do(host: Host) -> Callable[[Job | None], str]:
    """`do(run.job)`: do the job now, return how it ended (a worker's own code, without its process)."""

    def perform_now(job: Job | None) -> str:
        assert job
        ending = perform(lease(job, host))
        assert settle(ending)
        job.refresh_from_db()
        return ending.name

    return perform_now


@pytest.fixture
def server() -> Iterator[CompletionsServer]:
    with serve_completions() as serving:
        yield serving


@pytest.fixture
def domain(db: None) -> Domain:
    return Domain.objects.get(slug="asm65816")


@pytest.fixture
def make_version(server: CompletionsServer) -> MakeVersion:
    """`make_version("v1")`: a version that the local server answers for; `model` tells the server which."""
    base = BaseModel.objects.create(model_id="tests/tiny", template_sha256="t" * 64)

    def make(name: str = "tiny", **facts: object) -> ModelVersion:
        endpoint = Endpoint.objects.create(
            name=f"{name} {uuid4().hex[:6]}", provider=Provider.OPENAI_COMPATIBLE, base_url=server.url, model=name
        )
        return ModelVersion.objects.create(**{"name": name, "base_model": base, "endpoint": endpoint} | facts)

    return make


@pytest.fixture
def version(make_version: MakeVersion) -> ModelVersion:
    return make_version()


def register_drafts(names: Sequence[str] = NAMES) -> list[CaseDraft]:
    return register_cases(registers_of(" ".join(names), ()), seed=1)


@pytest.fixture
def suite(domain: Domain) -> Suite:
    """Five registers, three questions each."""
    return make_suite("registers", name="Registers", domain=domain, scorer="register_claims", drafts=register_drafts())


def answer_right(server: CompletionsServer, suite: Suite, names: Sequence[str] = NAMES) -> None:
    """Teach the server the right answer to the questions about these registers."""
    for case in suite.cases.filter(cluster__in=names):
        server.table[case.question] = f"{case.expected['address']} is {case.expected['name']}."


def states(run: EvalRun) -> dict[str, int]:
    """How many results of the run are in each state."""
    found = list(run.results.values_list("state", flat=True))
    return {state: found.count(state) for state in sorted(set(found))}
