"""`afs sweep` and `afs retraining`."""

from __future__ import annotations

import pytest

from afsweb.core.models import Event, EventSource
from datasets_app.models import Sample, SampleState, Snapshot
from tests.commands.running import afs, refused
from tests.web import loop
from training_app.models import Recipe, Retraining, Sweep

Said = pytest.CaptureFixture[str]
SWEEP = ("sweep", "launch", "wide", "--recipe", "tests", "--snapshot", "facts")
RULE = ("retraining", "add", "nightly", "--domain", "asm65816", "--recipe", "tests", "--new", 2)


def said(capsys: Said, *words: object) -> str:
    assert afs(*words) == 0
    return capsys.readouterr().out


def test_a_sweep_is_launched_shown_stopped_and_resumed(recipe: Recipe, snapshot: Snapshot, capsys: Said) -> None:
    launched = said(capsys, *SWEEP, "--learning-rate", "1e-4,2e-4", "--rank", "8,16")
    assert launched == f"wide: 4 runs queued  {Sweep.objects.get().get_absolute_url()}\n"
    assert "0 of 4 finished" in said(capsys, "sweep", "list")
    shown = said(capsys, "sweep", "show", "wide").splitlines()
    assert shown[1].split()[:4] == ["wide-01", "0.0001", "8", "queued"]
    assert "Loss alone never ranks models" in shown[-1]
    assert "wide: 4 runs stop" in said(capsys, "sweep", "stop", "wide")
    assert "No run of “wide” can be stopped" in refused(capsys, "sweep", "stop", "wide")
    assert "wide: 4 runs are in the line again" in said(capsys, "sweep", "resume", "wide")
    assert Event.objects.get(object_type="training.sweep").source == EventSource.CLI


def test_a_sweep_that_cannot_be_is_a_sentence(recipe: Recipe, snapshot: Snapshot, capsys: Said) -> None:
    assert "Give at least one of learning rates" in refused(capsys, *SWEEP)
    assert "no sweep “none”. There is none yet." in refused(capsys, "sweep", "show", "none")
    with pytest.raises(SystemExit):
        afs(*SWEEP, "--rank", "wide")
    assert "give whole numbers with commas" in capsys.readouterr().err
    assert "no sweep yet" in said(capsys, "sweep", "list")


def test_a_rule_is_made_shown_paused_and_run(recipe: Recipe, capsys: Said) -> None:
    assert "nightly: trains when 2 samples are new  /runs/rules/" in said(capsys, *RULE)
    assert "There is a rule called “nightly” already" in refused(capsys, *RULE)
    assert "waits for samples" in said(capsys, "retraining", "list")
    assert "has no accepted sample" in refused(capsys, "retraining", "run", "nightly")
    source = loop.add_source(3, "a.jsonl")
    Sample.objects.filter(source=source).update(state=SampleState.ACCEPTED)
    assert "3 of 2" in said(capsys, "retraining", "show", "nightly")
    said(capsys, "retraining", "pause", "nightly")
    assert "is paused. Resume it first." in refused(capsys, "retraining", "run", "nightly")
    assert not Retraining.objects.get().is_enabled
    said(capsys, "retraining", "resume", "nightly")
    assert "nightly: builds nightly-1; the run follows by itself" in said(capsys, "retraining", "run", "nightly")
    assert "snapshot by command line" in said(capsys, "retraining", "show", "nightly")
    assert "no rule yet" not in said(capsys, "retraining", "list")


def test_wrong_names_of_rules_are_a_sentence(recipe: Recipe, capsys: Said) -> None:
    assert "no domain “poetry”" in refused(capsys, *RULE[:4], "poetry", *RULE[5:])
    assert "no retraining “none”" in refused(capsys, "retraining", "pause", "none")
