"""`afs run queue`, `move`, `prioritise`, `pin`, `unpin`, `pause`, `note`, `diagnose`, `compare`."""

from __future__ import annotations

import pytest

from afsweb.core.models import Event, EventSource, Host
from datasets_app.models import Snapshot
from tests.commands.running import afs, refused
from training_app.models import Metric, Recipe, TrainingRun

Said = pytest.CaptureFixture[str]


@pytest.fixture
def runs(recipe: Recipe, snapshot: Snapshot, capsys: Said) -> list[TrainingRun]:
    for name in ("first", "second"):
        afs("train", name, "--recipe", "tests", "--snapshot", "facts")
    capsys.readouterr()
    return list(TrainingRun.objects.order_by("pk"))


def said(capsys: Said, *words: object) -> str:
    assert afs(*words) == 0
    return capsys.readouterr().out


def test_the_line_is_shown_and_changed(runs: list[TrainingRun], capsys: Said) -> None:
    Host.objects.create(name="the-gpu")
    assert [line.split()[:2] for line in said(capsys, "run", "queue").splitlines()] == [
        ["1.", "first"],
        ["2.", "second"],
    ]
    assert "second: has another place" in said(capsys, "run", "move", "second", "up")
    assert "first: has priority 3" in said(capsys, "run", "prioritise", "first", 3)
    assert "second: waits for the-gpu" in said(capsys, "run", "pin", "second", "the-gpu")
    shown = said(capsys, "run", "queue").splitlines()
    assert shown[0].startswith("1.  first")
    assert "priority 3" in shown[0]
    assert shown[1].endswith("the-gpu")
    assert "second: may run on every host" in said(capsys, "run", "unpin", "second")
    assert set(
        Event.objects.filter(verb__in=("move", "pin", "unpin", "prioritise")).values_list("source", flat=True)
    ) == {EventSource.CLI}


def test_a_run_is_paused_and_resumed(runs: list[TrainingRun], capsys: Said) -> None:
    assert "first: it seals a checkpoint and waits" in said(capsys, "run", "pause", "first")
    assert "paused" in said(capsys, "run", "queue")
    assert "paused, step 0" in said(capsys, "run", "show", "first")
    afs("run", "resume", "first")
    runs[0].refresh_from_db()
    assert runs[0].state_word == "queued"


def test_notes_are_written_and_shown(runs: list[TrainingRun], capsys: Said) -> None:
    said(capsys, "run", "note", "first", "Looks odd.")
    assert "notes Looks odd." in " ".join(said(capsys, "run", "show", "first").split())


def test_a_diagnosis_is_printed_with_its_evidence(runs: list[TrainingRun], capsys: Said) -> None:
    assert "nothing found in 0 steps" in said(capsys, "run", "diagnose", "first")
    Metric.objects.bulk_create(Metric(run=runs[0], step=step, loss=2.5) for step in range(1, 101))
    found = said(capsys, "run", "diagnose", "first")
    assert "flat loss: The loss does not fall" in found
    assert "may help: Learning rate 0.0006, three times as high  /recipes/new/?from=" in found


def test_runs_are_compared(runs: list[TrainingRun], capsys: Said) -> None:
    TrainingRun.objects.filter(pk=runs[1].pk).update(seed=9)
    Metric.objects.create(run=runs[0], step=1, loss=0.5)
    shown = said(capsys, "run", "compare", "first", "second")
    assert shown.splitlines()[0].split() == ["seed", "0", "9"]
    assert "training 0.500" in shown
    assert "Loss alone never ranks models" in shown


def test_what_cannot_be_done_is_a_sentence(runs: list[TrainingRun], capsys: Said) -> None:
    assert "Choose at least two runs" in refused(capsys, "run", "compare", "first", "first")
    assert "no training run “none”" in refused(capsys, "run", "move", "none", "up")
    assert "much" in refused(capsys, "run", "prioritise", "first", "much")
    assert "no host “nowhere”" in refused(capsys, "run", "pin", "first", "nowhere")
    afs("run", "stop", "first")
    capsys.readouterr()
    assert "nothing to stop" in refused(capsys, "run", "pause", "first")
    assert "at most 10,000 characters" in refused(capsys, "run", "note", "first", "x" * 10_001)
