"""`afs model test`, and the verbs of `afs version` that merge."""

from __future__ import annotations

import pytest

from afsweb.core.models import Endpoint, Event, EventSource, Job
from tests.commands.running import afs, refused
from tests.evals.completions_server import serve_completions
from tests.training.test_merges import make_version
from training_app.models import BaseModel, Merge, ModelVersion

Said = pytest.CaptureFixture[str]
TEST = ("model", "test", "--prompt", "What is at $2100?", "--model")


def test_a_model_answers_a_prompt(version: ModelVersion, worker: None, capsys: Said) -> None:
    ModelVersion.objects.update(system_prompt="You are Veran.", temperature=0.4)
    with serve_completions() as server:
        server.table["What is at $2100?"] = "INIDISP"
        Endpoint.objects.update(base_url=server.url)
        assert afs(*TEST, "veran@1") == 0
        assert afs(*TEST, "veran", "--system", "Be brief.", "--temperature", 0) == 0
    assert capsys.readouterr().out == "INIDISP\nINIDISP\n"
    systems = [body["messages"][0]["content"] for body in server.bodies]
    assert systems == ["You are Veran.", "Be brief."]
    assert [body["temperature"] for body in server.bodies] == [0.4, 0]


def test_a_model_that_is_not_there_or_asked_wrongly_is_a_sentence(version: ModelVersion, capsys: Said) -> None:
    assert "no model version “veran:7”" in refused(capsys, *TEST, "veran@7")
    assert "no model version “nobody”" in refused(capsys, *TEST, "nobody")
    assert "must be a number from 0 to 5" in refused(capsys, *TEST, "veran", "--temperature", "nan")
    ModelVersion.objects.update(endpoint=None)
    assert "its record here and no weights" in refused(capsys, *TEST, "veran")
    assert not Job.objects.exists()


def test_adapters_are_merged(base: BaseModel, capsys: Said) -> None:
    for name in ("speed", "size"):
        make_version(name, base)
    assert afs("version", "merge", "din", "speed:1=0.6", "size=-0.4", "--rank", 8) == 0
    merge = Merge.objects.get()
    assert [(str(part.version), part.weight) for part in merge.parts.all()] == [("speed v1", 0.6), ("size v1", -0.4)]
    assert merge.rank == 8
    assert capsys.readouterr().out == f"merge din: queued  /models/merges/{merge.uuid}/\n"
    assert Event.objects.get(verb="merge").source == EventSource.CLI
    assert "Give two versions" in refused(capsys, "version", "merge", "din", "speed=1")
    assert "no model version “none”" in refused(capsys, "version", "merge", "din", "none=1", "size=1")
    with pytest.raises(SystemExit):
        afs("version", "merge", "din", "speed", "size")
    assert "is no VERSION=WEIGHT" in capsys.readouterr().err


def test_one_is_merged_into_its_base(base: BaseModel, version: ModelVersion, capsys: Said) -> None:
    make_version("speed", base)
    assert afs("version", "merge-into-base", "speed", "--name", "din-whole") == 0
    assert "merge din-whole: queued" in capsys.readouterr().out
    assert "veran v1 has no adapter here" in refused(capsys, "version", "merge-into-base", "veran")
