"""However a command ends, it ends in words: Ctrl-C, a reader that goes away, a name that is wrong."""

from __future__ import annotations

import os
import sys

import pytest

from afsweb.cli import APP_COMMANDS, INTERRUPTED, READER_GONE, main
from afsweb.core.models import Job, JobState
from tests.commands.conftest import Afs
from tests.datasets.conftest import ImportLines, line
from tests.review.making import MakeSamples

pytestmark = pytest.mark.django_db


def interrupt(*_: object) -> None:
    raise KeyboardInterrupt


def test_ctrl_c_ends_in_one_line(afs: Afs, import_lines: ImportLines, monkeypatch: pytest.MonkeyPatch) -> None:
    import_lines([line(0)])
    monkeypatch.setattr("builtins.input", interrupt)
    said = afs("source", "undo", "lines.jsonl")
    assert (said.status, said.err) == (INTERRUPTED, "\nafs: stopped by Ctrl-C\n")


def test_ctrl_c_leaves_a_job_running_and_says_how_to_stop_it(
    afs: Afs, import_lines: ImportLines, monkeypatch: pytest.MonkeyPatch
) -> None:
    import_lines([line(0)])
    monkeypatch.setattr("afsweb.core.jobs.waiting.time.sleep", interrupt)
    said = afs("gate", "lines.jsonl")
    job = Job.objects.get(kind="datasets.gate_decide")
    assert (said.status, job.state) == (INTERRUPTED, JobState.QUEUED)
    assert f"afs: “Gate decides lines.jsonl” goes on without this terminal: {job.get_absolute_url()}" in said.err
    assert f"`afs job stop {job.pk}` stops it" in said.err


@pytest.mark.parametrize("words", [["sample", "list"], ["sample", "--help"]])
def test_a_reader_that_goes_away_is_no_error(
    make_samples: MakeSamples, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], words: list[str]
) -> None:
    make_samples(3)
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "w") as pipe:
        monkeypatch.setattr(sys, "stdout", pipe)
        assert main(words) == READER_GONE
        print("what is written after that goes nowhere, quietly", file=pipe)
    assert capsys.readouterr().err == ""


def test_every_command_explains_itself(afs: Afs) -> None:
    said = afs("--help")
    assert said.status == 0
    for noun in ("sample", "review", "source", "campaign", "snapshot", "endpoint", "key", "job", "host", "artifact"):
        assert f"\n    {noun} " in said.out
        assert afs(noun, "--help").out.startswith(f"usage: afs {noun}")
    assert len(APP_COMMANDS) == len(set(APP_COMMANDS))


def test_no_command_is_a_usage_error(afs: Afs) -> None:
    assert afs().status == 2
    assert afs("sample").status == 2
