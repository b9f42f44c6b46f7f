"""`afs eval personas`, and `afs eval run --personas FILE --endpoint NAME=URL`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from afsweb.core.models import Endpoint, Provider
from evals_app.models import EvalRun, Suite
from tests.commands.evals.conftest import MakeVersion
from tests.commands.running import afs, refused
from tests.evals.completions_server import CompletionsServer, serve_completions
from tests.evals.talking import answer, make_simulator, play, three_by_two, use_marks
from training_app.models import BaseModel, ModelVersion

Said = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def marks(monkeypatch: pytest.MonkeyPatch) -> None:
    use_marks(monkeypatch)


@pytest.fixture
def user(db: None) -> Iterator[CompletionsServer]:
    """The server that plays the user, whose endpoint is called “a user”."""
    with serve_completions(script=play) as serving:
        make_simulator(serving.url)
        yield serving


@pytest.fixture
def people(db: None, tmp_path: Path) -> Path:
    """A file of three personas with two conversations each."""
    path = tmp_path / "personas.json"
    path.write_text(three_by_two().as_json())
    return path


def test_personas_are_made_and_written(db: None, tmp_path: Path, capsys: Said) -> None:
    path = tmp_path / "personas.json"
    assert afs("eval", "personas", "--count", "15", "--output", path) == 0
    said = capsys.readouterr().out
    assert "conversations-text:1  15 personas, 45 conversations" in said
    assert path.read_text().startswith('{\n "format": "afs personas 1",')
    assert afs("eval", "personas", "--count", "15") == 0
    assert Suite.objects.get().cases.count() == 45


def test_what_cannot_be_made_is_said(db: None, capsys: Said) -> None:
    assert "belong to training" in refused(capsys, "eval", "personas", "--seed", "4999")
    assert "There is no domain “tea”" in refused(capsys, "eval", "personas", "--domain", "tea")
    assert "There is no rubric “none”" in refused(capsys, "eval", "personas", "--rubric", "none")
    Endpoint.objects.create(name="w", provider=Provider.OPENAI_COMPATIBLE, model="m")
    assert "it has no address" in refused(capsys, "eval", "personas", "--worded-by", "w")
    assert not Suite.objects.exists()


def test_servers_are_evaluated_side_by_side(
    people: Path, user: CompletionsServer, server: CompletionsServer, worker: None, capsys: Said
) -> None:
    server.script, server.models = answer, []  # of one that lists no models the name is the model's
    with serve_completions(script=answer, models=["good-7b"]) as other:
        tuned, base = f"tuned={other.url}", f"poor={server.url}/"
        both = ("--endpoint", tuned, "--endpoint", base)
        assert afs("eval", "run", "--personas", people, *both, "--simulator", "a user", "--wait") == 0
    said = capsys.readouterr().out
    assert "tuned v1 on Conversations, Text 1: 1.000" in said
    assert "poor v1 on Conversations, Text 1: 0.250" in said
    assert list(Endpoint.objects.order_by("pk").values_list("name", "model")) == [
        ("a user", "plays-anybody"),
        ("tuned", "good-7b"),
        ("poor", "poor"),
    ]
    assert {run.sampling["max_new_tokens"] for run in EvalRun.objects.all()} == {512}
    assert afs("eval", "show", "tuned") == 0
    said = capsys.readouterr().out
    assert "tuned v1: 6 goal reached" in said
    assert "0 spoilt by the simulator" in said


def test_the_same_servers_keep_their_versions_and_their_simulator(
    people: Path, user: CompletionsServer, server: CompletionsServer, capsys: Said
) -> None:
    words = ("eval", "run", "--personas", people, "--endpoint", f"tuned={server.url}")
    assert afs(*words, "--simulator", "a user") == 0
    assert afs(*words) == 0
    assert ModelVersion.objects.count() == Suite.objects.count() == BaseModel.objects.count() == 1
    assert [run.simulator and run.simulator.name for run in EvalRun.objects.all()] == ["a user"] * 2


def test_a_suite_takes_servers_beside_versions(
    suite: Suite, make_version: MakeVersion, server: CompletionsServer, capsys: Said
) -> None:
    make_version("veran")
    assert afs("eval", "run", "registers", "--endpoint", f"other={server.url}", "veran") == 0
    assert {run.version.name for run in EvalRun.objects.all()} == {"veran", "other"}
    assert {run.sampling["max_new_tokens"] for run in EvalRun.objects.all()} == {64}


def test_personas_take_versions_that_are_there(
    people: Path, user: CompletionsServer, make_version: MakeVersion, capsys: Said
) -> None:
    make_version("veran")
    make_version("din")
    assert afs("eval", "run", "veran", "din", "--personas", people, "--simulator", "a user") == 0
    assert {run.version.name for run in EvalRun.objects.all()} == {"veran", "din"}


def test_what_cannot_be_run_is_said(
    people: Path, user: CompletionsServer, server: CompletionsServer, suite: Suite, tmp_path: Path, capsys: Said
) -> None:
    run = ("eval", "run")
    here = ("--endpoint", f"tuned={server.url}")
    assert "Say what is asked" in refused(capsys, *run)
    assert "Say what is asked" in refused(capsys, *run, "registers")
    assert "Say what is asked" in refused(capsys, *run, *here)
    assert "cannot be read, No such file" in refused(capsys, *run, "--personas", tmp_path / "none", *here)
    assert "play the user" in refused(capsys, *run, "--personas", people, *here)
    assert "There is an endpoint “a user” already" in refused(
        capsys, *run, "--personas", people, "--endpoint", f"a user={server.url}"
    )
    server.models = ["one", "two"]
    several = refused(capsys, *run, "registers", "--endpoint", f"three={server.url}")
    assert "serves several models: one, two" in several
    server.models = []
    assert "cannot be made: name:" in refused(capsys, *run, "registers", "--endpoint", f"{'n' * 101}={server.url}")
    assert not EvalRun.objects.exists()


def test_a_server_of_several_models_is_called_as_one_of_them(
    suite: Suite, server: CompletionsServer, capsys: Said
) -> None:
    server.models = ["one", "two"]
    assert afs("eval", "run", "registers", "--endpoint", f"two={server.url}") == 0
    assert EvalRun.objects.get().version.endpoint.model == "two"  # type: ignore[union-attr]


def test_an_endpoint_is_written_as_name_and_address(db: None, capsys: Said) -> None:
    with pytest.raises(SystemExit):
        afs("eval", "run", "registers", "--endpoint", "tuned")
    assert "tuned is no NAME=URL" in capsys.readouterr().err
