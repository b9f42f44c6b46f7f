"""An evaluation of real weights: artifacts, the trainer's interpreter, answers as rows, base against trained."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from afsweb.core.artifacts import store_artifact
from afsweb.core.jobs.context import JobContext
from afsweb.core.jobs.perform import perform
from afsweb.core.models import Artifact, ArtifactKind, Endpoint, Host, Job, Provider, WorkState
from afsweb.llm.local.client import LocalModel
from afsweb.llm.local.protocol import Question
from datasets_app.models import Domain
from evals_app.compare.compute import make_report
from evals_app.models import EvalRun, Suite
from evals_app.runs.launch import launch_eval
from evals_app.suites import CaseDraft, make_suite
from tests.trainer.conftest import ASKED, NAMES, PLACES, Programs
from training_app.models import BaseModel, ModelVersion

pytestmark = [pytest.mark.trainer, pytest.mark.django_db]


@pytest.fixture
def suite(db: None) -> Suite:
    """The questions that the small run was trained on: whether it learns others is not asked here."""
    drafts = [
        CaseDraft(f"{name}/{number}", "names", name, [{"role": "user", "content": asked}], {"keywords": [name]})
        for number, form in enumerate(ASKED)
        for name, asked in zip(NAMES, map(form.format, PLACES), strict=True)
    ]
    domain = Domain.objects.get(slug="asm65816")
    return make_suite("small", name="Small", domain=domain, scorer="keyword", drafts=drafts)


@pytest.fixture
def weights(base: Path, settings: Settings, tmp_path: Path) -> Artifact:
    settings.ARTIFACT_DIR = tmp_path / "artifacts"
    return store_artifact(ArtifactKind.BASE_MODEL, "tiny", base)


def version(name: str, base: BaseModel, adapter: Artifact | None = None) -> ModelVersion:
    endpoint = Endpoint.objects.create(
        name=name, provider=Provider.TRANSFORMERS, model="tiny", base_weights=base.weights, adapter_weights=adapter
    )
    return ModelVersion.objects.create(name=name, base_model=base, adapter=adapter, endpoint=endpoint)


def evaluate(suite: Suite, version: ModelVersion) -> EvalRun:
    job = launch_eval(suite, version, None).job
    assert job
    lease = job.take_lease(Host.objects.get_or_create(name="a-host")[0], "w", None)
    assert lease
    assert perform(JobContext(Job.objects.get(pk=job.pk), lease)).name == "succeeded"
    return EvalRun.objects.get(job=job)


def test_base_and_trained_weights_are_evaluated(
    suite: Suite, weights: Artifact, programs: Programs, base: Path, whole_run: Path
) -> None:
    adapter = store_artifact(ArtifactKind.ADAPTER, "trained", whole_run / "adapter")
    model = BaseModel.objects.create(model_id="tests/tiny", weights=weights, template_sha256="t" * 64)
    untrained, trained = evaluate(suite, version("base", model)), evaluate(suite, version("trained", model, adapter))
    for run, folder in ((untrained, None), (trained, whole_run / "adapter")):
        assert said(run) == asked_directly(suite, LocalModel(programs.python, base, folder))
        assert (run.state, run.hashes["template"]) == (WorkState.SUCCEEDED, "t" * 64)
    assert said(untrained) != said(trained)
    assert untrained.hashes["weights"] != trained.hashes["weights"]
    checks = {check.name: check.state for check in make_report(untrained, trained).checks}
    assert checks == {"suite": "same", "scorer": "same", "template": "same", "sampling": "same"}


def said(run: EvalRun) -> dict[str, str]:
    return dict(run.results.values_list("case__key", "answer"))


def asked_directly(suite: Suite, model: LocalModel) -> dict[str, str]:
    with model:
        batch: list[Question] = [{"key": case.key, "messages": case.messages} for case in suite.cases.all()]
        return {str(answer.key): answer.text for answer in model.answer(batch, max_new_tokens=64)}


def test_weights_that_are_gone_end_the_run_with_the_reason(suite: Suite, weights: Artifact) -> None:
    gone = Artifact.objects.create(
        kind=ArtifactKind.ADAPTER, name="gone", sha256="0" * 64, size_bytes=1, file_count=1, manifest={"files": []}
    )
    base = BaseModel.objects.create(model_id="tests/tiny", weights=weights)
    run = launch_eval(suite, version("lost", base, gone), None)
    assert run.job
    lease = run.job.take_lease(Host.objects.create(name="a-host"), "w", None)
    assert lease
    assert perform(JobContext(run.job, lease)).name == "failed"
    run.refresh_from_db()
    assert "“lost” cannot be asked: The files of 000000" in run.error
