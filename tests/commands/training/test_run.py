"""`afs train` and `afs run list`, `show`, `stop`, `resume`."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from afsweb.core.jobs import waiting
from afsweb.core.models import Event, EventSource, Host, Job, JobState, WorkState
from datasets_app.models import Snapshot, SnapshotState
from tests.commands.running import afs, refused
from training_app.models import ModelVersion, Recipe, TrainingRun

Said = pytest.CaptureFixture[str]
TRAIN = ("train", "veran-registers", "--recipe", "tests", "--snapshot", "facts")


@pytest.fixture
def run(recipe: Recipe, snapshot: Snapshot, capsys: Said) -> TrainingRun:
    afs(*TRAIN)
    capsys.readouterr()
    return TrainingRun.objects.get()


def test_a_run_is_launched(recipe: Recipe, snapshot: Snapshot, capsys: Said) -> None:
    host = Host.objects.create(name="the-gpu")
    assert afs(*TRAIN, "--seed", 7, "--host", "the-gpu") == 0
    run = TrainingRun.objects.get()
    assert (run.recipe, run.snapshot, run.seed, run.host) == (recipe, snapshot, 7, host)
    assert capsys.readouterr().out == f"veran-registers: queued  /runs/{run.uuid}/\n"
    assert Event.objects.get(verb="launch").source == EventSource.CLI


def test_a_run_is_followed_to_its_version(recipe: Recipe, snapshot: Snapshot, worker: None, capsys: Said) -> None:
    assert afs(*TRAIN, "--wait") == 0
    said = capsys.readouterr()
    assert said.out.startswith("veran-registers: made veran-registers v1  /models/")
    assert said.err.splitlines()[0] == "Train veran-registers: queued"
    assert "  step 4: validation loss 0.7500" in said.err


def test_a_run_that_fails_fails_the_command(
    recipe: Recipe, snapshot: Snapshot, worker: None, settings: Any, capsys: Said
) -> None:
    settings.TRAINER_PYTHON = "/nowhere/python"
    assert afs(*TRAIN, "--wait") == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert "afs: This host has no trainer" in said.err
    assert "Traceback" not in said.err


def test_ctrl_c_leaves_it_running(
    recipe: Recipe, snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch, capsys: Said
) -> None:
    def interrupt(_seconds: float) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(waiting, "time", SimpleNamespace(sleep=interrupt, monotonic=lambda: 0.0))
    assert afs(*TRAIN, "--wait") == 130
    assert "afs: “Train veran-registers” goes on without this terminal" in capsys.readouterr().err
    assert Job.objects.get().state == JobState.QUEUED


def test_runs_are_listed_by_state(run: TrainingRun, capsys: Said) -> None:
    assert afs("run", "list") == 0
    line = f"{run.uuid}  queued  veran-registers  0/—  tests v1  facts\n"
    assert capsys.readouterr().out == line
    assert afs("run", "list", "--state", "failed") == 0
    assert capsys.readouterr().out == "no such run\n"


def test_a_run_is_shown_with_what_came_of_it(recipe: Recipe, snapshot: Snapshot, worker: None, capsys: Said) -> None:
    afs(*TRAIN, "--wait")
    capsys.readouterr()
    assert afs("run", "show", "veran-registers") == 0
    said = " ".join(capsys.readouterr().out.split())
    for fact in (
        "state succeeded, step 4 of 4",
        "version veran-registers v1 /models/",
        "recipe tests v1 on tests/base",
        "save_every 2",
        "loss 0.250 at step 4, 50 % of the tokens right, 10 tokens/s",
        "validation 0.750 at step 4",
        "checkpoint step 4, 7 bytes, sha256 cccccccccccc…",
        "device cpu",
        "started on cpu: 4 steps",
    ):
        assert fact in said


def test_a_run_is_shown_before_it_began(run: TrainingRun, capsys: Said) -> None:
    assert afs("run", "show", run.uuid) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "state queued, step 0 of —" in said
    assert "version —" in said
    assert "of the tokens right" not in said


def test_a_run_is_stopped_and_resumed(run: TrainingRun, capsys: Said) -> None:
    assert afs("run", "stop", "veran-registers") == 0
    assert "it will seal a checkpoint and stop" in capsys.readouterr().out
    run = TrainingRun.objects.select_related("job").get()
    assert run.shown_state == WorkState.STOPPED
    assert "has stopped already, so there is nothing to stop" in refused(capsys, "run", "stop", "veran-registers")
    assert afs("run", "resume", "veran-registers") == 0
    assert "veran-registers: queued" in capsys.readouterr().out
    assert "only a stopped or failed run can go on" in refused(capsys, "run", "resume", "veran-registers")
    assert Event.objects.filter(verb__in=("cancel", "resume"), source=EventSource.CLI).count() == 2


def test_a_resumed_run_is_followed(run: TrainingRun, worker: None, capsys: Said) -> None:
    afs("run", "stop", "veran-registers")
    assert afs("run", "resume", "veran-registers", "--wait") == 0
    assert "veran-registers: made veran-registers v1" in capsys.readouterr().out
    assert ModelVersion.objects.filter(run=run).exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("train", "x", "--recipe", "none", "--snapshot", "facts"), "no recipe “none”. There are: tests."),
        (("train", "x", "--recipe", "tests", "--snapshot", "none"), "no snapshot “none”. There are: facts."),
        ((*TRAIN, "--host", "none"), "no host “none”. There is none yet."),
        (("run", "show", "none"), "no training run “none”. There is none yet."),
        (("run", "stop", "00000000-0000-0000-0000-000000000000"), "copy the id"),
    ],
)
def test_wrong_names_are_a_sentence(
    recipe: Recipe, snapshot: Snapshot, words: tuple[str, ...], said: str, capsys: Said
) -> None:
    assert said in refused(capsys, *words)
    assert not TrainingRun.objects.exists()


def test_an_archived_recipe_or_an_unready_snapshot_is_refused(recipe: Recipe, snapshot: Snapshot, capsys: Said) -> None:
    Snapshot.objects.create(name="unready", domain=snapshot.domain, state=SnapshotState.BUILDING)
    assert "is not ready" in refused(capsys, *TRAIN[:-1], "unready")
    afs("recipe", "archive", "tests")
    capsys.readouterr()
    assert "no recipe “tests”" in refused(capsys, *TRAIN)
