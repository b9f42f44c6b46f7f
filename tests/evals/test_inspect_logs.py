"""Evaluations as logs of Inspect, and its logs as evaluations with the scores that they had."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from afsweb.core.models import Role, User, WorkState
from datasets_app.models import Domain
from evals_app.errors import LogIsHere, LogRefused, SuiteIsImported
from evals_app.inspect_logs.importing import import_log
from evals_app.inspect_logs.writing import as_inspect_log, file_name
from evals_app.models import EvalRun, Result, Score, Suite
from evals_app.runs.launch import launch_eval, rescore_eval
from tests.commands.running import afs
from tests.evals.conftest import MakeVersion, states
from tests.evals.inspect_schema import Log
from tests.evals.making import make_run, say_right
from training_app.models import ModelVersion

Login = Callable[[Role | User], Client]


@pytest.fixture
def run(suite: Suite, make_version: MakeVersion) -> EvalRun:
    """Twelve right answers, one wrong, one unparsed, one that did not come."""
    run = make_run(suite, make_version("veran"), say_right)
    wrong, unparsed, failed = run.results.order_by("case__key")[:3]
    Result.objects.filter(pk=wrong.pk).update(score=0, extracted="CGADD", explanation="It is INIDISP.")
    Result.objects.filter(pk=unparsed.pk).update(state="unparsed", score=None, answer="?", explanation="")
    nothing = {"score": None, "answer": "", "extracted": "", "input_tokens": None, "output_tokens": None}
    Result.objects.filter(pk=failed.pk).update(state="failed", error="503: busy", **nothing)
    return run


@pytest.fixture
def text_domain(db: None) -> Domain:
    return Domain.objects.get(slug="text")


def test_a_log_has_the_form_of_inspects_own(run: EvalRun) -> None:
    told = as_inspect_log(run)
    log = Log.model_validate_json(told)
    assert list(json.loads(told)) == ["version", "status", "eval", "plan", "results", "stats", "samples"]
    assert (log.status, log.eval.task, log.eval.model, log.eval.dataset.samples) == (
        "success",
        "registers",
        "afsweb/veran-v1",
        15,
    )
    assert [sample.epoch for sample in log.samples] == [1] * 15
    wrong, unparsed, failed, right = log.samples[:4]
    assert right.scores and right.scores["register_claims"].value == 1
    assert wrong.scores and wrong.scores["register_claims"].answer == "CGADD"
    assert unparsed.scores and unparsed.scores["register_claims"].value == "N"
    assert (failed.scores, failed.error and failed.error.message) == (None, "503: busy")
    assert right.model_usage == {"afsweb/veran-v1": log.samples[0].model_usage["afsweb/veran-v1"]}
    assert log.results.scores[0].metrics["score"].value == run.score


@pytest.mark.skipif(find_spec("inspect_ai") is None, reason="Inspect is not installed; the schema above stands for it")
def test_inspect_itself_reads_the_log(run: EvalRun, tmp_path: Path) -> None:
    from inspect_ai.log import read_eval_log  # type: ignore[import-not-found,unused-ignore]

    (tmp_path / file_name(run)).write_text(as_inspect_log(run))
    log = read_eval_log(str(tmp_path / file_name(run)))
    assert (log.status, len(log.samples)) == ("success", 15)
    assert log.samples[3].scores["register_claims"].as_float() == 1.0


def test_a_log_comes_back_with_the_scores_that_it_had(run: EvalRun, text_domain: Domain) -> None:
    back = import_log(as_inspect_log(run).encode(), text_domain, None)
    assert (back.state, states(back)) == (WorkState.SUCCEEDED, {"failed": 1, "scored": 13, "unparsed": 1})
    told = ("case__key", "state", "score", "answer", "extracted", "output_tokens", "error")
    assert list(back.results.order_by("case__key").values_list(*told)) == list(
        run.results.order_by("case__key").values_list(*told)
    )
    assert (back.suite.scorer, back.suite.slug) == ("imported", "inspect-registers")
    assert back.version.imported_from == "an Inspect log"
    assert dict(back.suite.cases.values_list("key", "cluster")) == dict(run.suite.cases.values_list("key", "cluster"))
    assert Score.objects.filter(result__run=back, scorer="register_claims").count() == 14


def test_two_logs_of_one_task_are_comparable(run: EvalRun, text_domain: Domain) -> None:
    one, other = json.loads(as_inspect_log(run)), json.loads(as_inspect_log(run))
    other["eval"] |= {"eval_id": "another", "model": "openai/gpt"}
    runs = [import_log(json.dumps(log).encode(), text_domain, None) for log in (one, other)]
    assert runs[0].suite == runs[1].suite
    assert runs[0].version != runs[1].version
    assert runs[0].hashes["scorer"] == runs[1].hashes["scorer"]


def test_a_log_is_imported_once(run: EvalRun, text_domain: Domain) -> None:
    content = as_inspect_log(run).encode()
    import_log(content, text_domain, None)
    runs = EvalRun.objects.count()
    with pytest.raises(LogIsHere, match="imported before"):
        import_log(content, text_domain, None)
    assert EvalRun.objects.count() == runs


def sample(**facts: Any) -> dict[str, Any]:
    """As Inspect writes one: a text for the input, a score in its letters."""
    return {
        "id": 1,
        "epoch": 1,
        "input": "2 + 2?",
        "target": "4",
        "output": {"choices": [{"stop_reason": "stop"}], "completion": "4"},
        "scores": {"match": {"value": "C", "answer": "4"}},
    } | facts


def log_of(*samples: dict[str, Any], **facts: Any) -> bytes:
    spec = {"eval_id": "e1", "task": "sums/adding", "model": "openai/gpt-4.1"}
    return json.dumps({"version": 2, "status": "success", "eval": spec, "samples": list(samples)} | facts).encode()


@pytest.mark.parametrize(
    ("value", "state", "score"),
    [
        ("C", "scored", 1.0),
        ("I", "scored", 0.0),
        ("P", "scored", 0.5),
        ("N", "unparsed", None),
        (True, "scored", 1.0),
        (0.25, "scored", 0.25),
        (float("nan"), "answered", None),
    ],
)
def test_inspects_letters_are_read(text_domain: Domain, value: Any, state: str, score: float | None) -> None:
    more = sample(id=2)
    run = import_log(log_of(sample(scores={"match": {"value": value}}), more), text_domain, None)
    result = run.results.get(case__key="1")
    assert (result.state, result.score) == (state, score)
    assert run.sampling == {"temperature": None, "max_new_tokens": None, "seed": None}


def test_a_sample_without_a_score_is_not_wrong(text_domain: Domain) -> None:
    run = import_log(log_of(sample(scores=None), sample(id=2)), text_domain, None)
    assert states(run) == {"answered": 1, "scored": 1}
    assert run.score == 1.0


def test_epochs_are_repeats_and_attachments_are_resolved(text_domain: Domain) -> None:
    long = {"input": [{"role": "user", "content": "attachment://ab"}], "attachments": {"ab": "A long text"}}
    parts = [{"type": "text", "text": "said"}, {"type": "image", "image": "x"}]
    second = sample(**long, epoch=2, output={"completion": parts, "choices": []})
    run = import_log(log_of(sample(**long), second), text_domain, None)
    assert run.repeats == 2
    assert run.suite.cases.get().question == "A long text"
    assert run.results.get(repeat=1).answer == "said"


def test_an_eval_file_is_a_zip_of_the_same(text_domain: Domain) -> None:
    whole = json.loads(log_of(sample(), sample(id=2)))
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, one in enumerate(whole.pop("samples")):
            archive.writestr(f"samples/{number}_epoch_1.json", json.dumps(one))
        archive.writestr("header.json", json.dumps(whole))
    assert import_log(file.getvalue(), text_domain, None).results.count() == 2


def test_what_inspect_itself_packed_is_read(text_domain: Domain) -> None:
    """Written by inspect_ai 0.3.285 from an export of these tests: packed with Zstandard."""
    run = import_log(Path(__file__).with_name("packed_by_inspect.eval").read_bytes(), text_domain, None)
    assert states(run) == {"failed": 1, "scored": 13, "unparsed": 1}
    assert run.sampling == {"temperature": 0.0, "max_new_tokens": 64, "seed": 0}


def zipped(**files: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return file.getvalue()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "it is not JSON"),
        (b"\xff", "it is not JSON"),
        (b"[]", "it is no Inspect log"),
        (b'{"version": 2}', "it is no Inspect log"),
        (log_of(sample(), version=3), "its version is 3"),
        (log_of(), "it has no samples"),
        (log_of(sample(scores=None)), "none of its samples has a score"),
        (log_of(sample(epoch=0)), "the epoch 0 of the sample 1"),
        (log_of(sample(scores={"m": {"value": 7}})), "the score 7 of the sample 1 is no share from 0 to 1"),
        (log_of(sample(scores={"m": {"value": {"a": 1}}})), "is no share from 0 to 1"),
        (log_of(sample(), sample(epoch=2, input="3?")), "asks another question in another epoch"),
        (b"PK nonsense", "it cannot be unpacked here"),
        (zipped(**{"_journal/start.json": "{}"}), "the evaluation did not end"),
    ],
)
def test_what_is_no_log_is_refused_and_nothing_is_stored(text_domain: Domain, content: bytes, reason: str) -> None:
    with pytest.raises(LogRefused, match=reason):
        import_log(content, text_domain, None)
    assert not Suite.objects.exists()
    assert not ModelVersion.objects.exists()


def test_imported_scores_are_not_given_again(text_domain: Domain, version: ModelVersion) -> None:
    run = import_log(log_of(sample()), text_domain, None)
    with pytest.raises(SuiteIsImported, match="no scorer here can give again"):
        rescore_eval(run, None)
    with pytest.raises(SuiteIsImported):
        launch_eval(run.suite, version, None)


def text(response: Any) -> str:
    return " ".join(response.content.decode().split())


def test_a_log_goes_out_and_in_by_the_pages(client_as: Login, run: EvalRun) -> None:
    trainer = client_as(Role.TRAINER)
    answer = trainer.get(f"{run.get_absolute_url()}inspect.json")
    assert f'filename="{file_name(run)}"' in answer["Content-Disposition"]
    file = SimpleUploadedFile("log.json", answer.content)
    shown = text(trainer.post("/evaluations/import/", {"file": file, "domain": "text"}, follow=True))
    assert "imported from an Inspect log" in shown
    assert "Rescore" not in shown
    again = SimpleUploadedFile("log.json", answer.content)
    assert "imported before" in text(trainer.post("/evaluations/import/", {"file": again, "domain": "text"}))
    assert client_as(Role.REVIEWER).get("/evaluations/import/").status_code == 403


def test_a_log_goes_out_and_in_by_the_terminal(
    run: EvalRun, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "log.json"
    assert afs("eval", "export", run.uuid, "--form", "inspect", "--output", path) == 0
    assert path.read_text() == as_inspect_log(run)
    assert afs("eval", "import", path) == 0
    assert "on registers 1: 0.800" in capsys.readouterr().out
    assert afs("eval", "import", tmp_path / "nothing.json") == 1
    assert afs("eval", "show", "afsweb-veran-v1") == 0
    assert "answered by" in capsys.readouterr().out
    assert afs("eval", "import", path, "--domain", "nothing") == 1
