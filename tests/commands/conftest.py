"""`afs` as the shell runs it, with the rows of the other tests, and a worker that works while a command waits."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from afsweb.cli import main
from afsweb.core.models import Job, JobState
from tests.datasets.conftest import domain, folders, import_bytes, import_lines, run_job, samples
from tests.llm.conftest import field_key, gemini, gemini_server
from tests.review.conftest import make_samples, sample, source

__all__ = [
    "domain",
    "field_key",
    "folders",
    "gemini",
    "gemini_server",
    "import_bytes",
    "import_lines",
    "make_samples",
    "sample",
    "samples",
    "source",
]


@dataclass(frozen=True)
class Said:
    """How a command ended: its exit status, and what it wrote."""

    status: int
    out: str
    err: str


Afs = Callable[..., Said]


@pytest.fixture
def afs(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Afs:
    """`afs("sample", "show", 12, typed="y")`: what the command said to somebody who types that."""

    def run(*words: object, typed: str = "") -> Said:
        monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
        capsys.readouterr()
        try:
            status = main([str(word) for word in words])
        except SystemExit as ended:
            assert isinstance(ended.code, int), ended
            status = ended.code
        said = capsys.readouterr()
        assert "Traceback" not in said.err
        return Said(status, said.out, said.err)

    return run


@pytest.fixture
def worker(monkeypatch: pytest.MonkeyPatch) -> None:
    """A waiting job runs whenever a command waits."""

    def work(_seconds: float) -> None:
        waiting = Job.objects.filter(state=JobState.QUEUED).order_by("position").first()
        assert waiting is not None
        run_job(waiting)

    monkeypatch.setattr("afsweb.core.jobs.waiting.time.sleep", work)
