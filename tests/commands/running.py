"""Running `afs` in this process, and a worker that does a waiting job whenever a command waits."""

from __future__ import annotations

import importlib
import sys
import time
from types import SimpleNamespace

import pytest

from afsweb.cli import APP_COMMANDS, make_parser
from afsweb.commands import serving
from afsweb.core.models import Job, JobState
from afsweb.refusal import Refusal
from tests.rows import run_job


def afs(*words: object) -> int:
    """Run a command as `afs` does once its servers are found, with its exit status."""
    parser, nouns = make_parser()
    serving.add_commands(nouns)
    for name in APP_COMMANDS:
        importlib.import_module(name).add_commands(nouns)
    arguments = parser.parse_args([str(word) for word in words])
    try:
        return arguments.run(arguments) or 0
    except Refusal as error:
        print(f"afs: {error}", file=sys.stderr)
        return error.status


def refused(capsys: pytest.CaptureFixture[str], *words: object) -> str:
    """The one sentence that a command is refused with: exit status 1, one line on stderr, nothing on stdout."""
    assert afs(*words) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("afs: ")
    assert said.err.count("\n") == 1
    return said.err


def work_while_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Instead of sleeping, a command that waits does the next job of the line, here."""

    def work(_seconds: float) -> None:
        waiting = Job.objects.filter(state=JobState.QUEUED).order_by("-priority", "position").first()
        assert waiting is not None, "nothing is left that the command could wait for"
        run_job(waiting)

    monkeypatch.setattr("afsweb.core.jobs.waiting.time", SimpleNamespace(sleep=work, monotonic=time.monotonic))
