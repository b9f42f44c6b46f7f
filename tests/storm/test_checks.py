"""The checks after a storm would see what it took, what it doubled and what it left half done."""

from __future__ import annotations

import py_compile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from afsweb.core.models import Endpoint, Job, Provider, Role, WorkState
from afsweb.storage import store
from afsweb.storage.store import place_of
from datasets_app.models import Decision, Domain, Sample, Source, SourceState
from datasets_app.review.decisions import decide
from evals_app.models import EvalRun, ResultState
from evals_app.runs.claims import plan_results
from evals_app.runs.launch import launch_eval
from tests.conftest import make_user
from tests.evals.completions_server import CompletionsServer
from tests.review.making import make_samples_of, make_source, version
from tests.storm.acknowledged import Acknowledged
from tests.storm.checks import decisions, evaluations, imported, trainings
from tests.storm.ground import make_register_suite
from tests.storm.halves import compiled, half_files
from tests.storm.settling import waiting
from training_app.models import BaseModel, ModelVersion, Recipe, TrainingRun

pytestmark = pytest.mark.django_db


@pytest.fixture
def taken() -> Acknowledged:
    return Acknowledged()


@pytest.fixture
def samples() -> list[Sample]:
    return make_samples_of(make_source(), 3, kind="storm")


def test_a_decision_too_few_is_lost_and_one_too_many_is_doubled(taken: Acknowledged, samples: list[Sample]) -> None:
    user = make_user(Role.REVIEWER)
    type(user).objects.update(username="storm-first")
    one, other = (decide(user, version(sample), Decision.ACCEPT, revision=0) for sample in samples[:2])
    taken.take_decision(str(one.key), str(one.version.uuid), "accept", "")
    assert decisions(taken) == {"decisions": 1, "decisions_lost": 0, "decisions_doubled": 1}
    taken.take_decision(str(other.key), str(other.version.uuid), "skip", "")
    assert decisions(taken) == {"decisions": 2, "decisions_lost": 1, "decisions_doubled": 1}


def test_a_row_too_few_is_lost_and_one_too_many_is_doubled(taken: Acknowledged, samples: list[Sample]) -> None:
    said = [version(sample).instruction for sample in samples]
    taken.take_file("all", said)
    assert imported(taken) == {"rows": 3, "rows_lost": 0, "rows_doubled": 0}
    taken.files["all"] = [*said[:2], "What never came?"]
    assert imported(taken) == {"rows": 3, "rows_lost": 1, "rows_doubled": 1}


@pytest.fixture
def run() -> EvalRun:
    domain = Domain.objects.get(slug="asm65816")
    endpoint = Endpoint.objects.create(name="e", provider=Provider.OPENAI_COMPATIBLE, base_url="http://x", model="m")
    base = BaseModel.objects.create(model_id="tests/tiny")
    asked = ModelVersion.objects.create(name="v", base_model=base, endpoint=endpoint)
    run = launch_eval(make_register_suite(domain), asked, None)
    plan_results(run)
    return run


def test_an_answer_that_is_missing_or_another_is_seen(run: EvalRun) -> None:
    server = CompletionsServer()
    run.results.update(state=ResultState.UNPARSED, answer=server.otherwise)
    EvalRun.objects.update(state=WorkState.SUCCEEDED)
    count = run.results.count()
    assert evaluations(server) == {
        "evaluations": 1,
        "evaluations_not_ended": 0,
        "answers": count,
        "answers_lost": 0,
        "answers_wrong": 0,
    }
    first, second = run.results.all()[:2]
    run.results.filter(pk=first.pk).update(state=ResultState.PLANNED)
    run.results.filter(pk=second.pk).update(answer="another")
    found = evaluations(server)
    assert (found["answers_lost"], found["answers_wrong"]) == (1, 1)


def test_a_step_that_is_missing_and_a_curve_that_differs_are_seen() -> None:
    snapshot = snapshot_of_nothing()
    recipe = Recipe.objects.create(name="r", number=1, base_model=BaseModel.objects.create(model_id="b"), params={})
    runs = [TrainingRun.objects.create(name=name, recipe=recipe, snapshot=snapshot, max_steps=2) for name in "ab"]
    for run in runs:
        run.metrics.create(step=1, loss=2.0)
    runs[0].metrics.create(step=2, loss=1.0)
    found = trainings()
    assert (found["trainings"], found["trainings_not_ended"], found["steps_lost"], found["curves"]) == (2, 2, 1, 2)
    runs[1].metrics.create(step=2, loss=1.0)
    assert trainings()["curves"] == 1


def snapshot_of_nothing() -> Any:
    from datasets_app.models import Snapshot

    return Snapshot.objects.create(name="s")


def test_a_job_that_nobody_works_on_waits() -> None:
    job = Job.objects.create(kind="core.selftest", title="t")
    assert waiting().exists()
    job.state = "succeeded"
    job.save()
    assert not waiting().exists()


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "a.txt").write_text("whole")
    yield tmp_path


def test_stored_files_checkpoints_and_uploads_that_are_not_whole_are_found(home: Path) -> None:
    manifest = store(home / "folder", home / "artifacts")
    assert half_files([home]) == []
    (place_of(home / "artifacts", manifest.sha256) / "files" / "a.txt").write_text("half")
    (home / "work" / "runs" / "r" / "checkpoints" / "step-00000001").mkdir(parents=True)
    source = make_source()
    Source.objects.filter(pk=source.pk).update(upload="imports/u.jsonl", sha256="0" * 64, state=SourceState.LOADING)
    (home / "uploads" / "imports").mkdir(parents=True)
    (home / "uploads" / "imports" / "u.jsonl").write_text("half")
    assert len(half_files([home])) == 3


def test_half_of_a_compiled_module_is_found(tmp_path: Path) -> None:
    module = tmp_path / "module.py"
    module.write_text("ANSWER = 42\n" * 100)
    path = Path(py_compile.compile(str(module)) or "")
    assert list(compiled([tmp_path])) == []
    path.write_bytes(path.read_bytes()[:-10])
    assert len(list(compiled([tmp_path]))) == 1
