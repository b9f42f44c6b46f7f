"""`afs import`, `snapshot`, `export`, `gate`, `rescore`: the same as the pages do, from a terminal."""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from afsweb.core.models import Event, Job, JobState
from datasets_app import commands
from datasets_app.exchange.snapshots import Plan, start_snapshot
from datasets_app.exchange.sources import undo_source
from datasets_app.models import Sample, SampleState, Snapshot, Source, SourceState
from tests.datasets.conftest import ImportLines, line, run_job, run_queue

pytestmark = pytest.mark.django_db
Afs = Callable[..., int]


@pytest.fixture
def afs(monkeypatch: pytest.MonkeyPatch) -> Afs:
    """`afs("import", "notes.jsonl", ...)`: the command's exit status; a waiting job runs whenever the command waits."""

    def work(_seconds: float) -> None:
        waiting = Job.objects.filter(state=JobState.QUEUED).order_by("position").first()
        assert waiting is not None
        run_job(waiting)

    monkeypatch.setattr("datasets_app.commands.time.sleep", work)

    def run(*words: object) -> int:
        parser = argparse.ArgumentParser(prog="afs")
        commands.add_commands(parser.add_subparsers(required=True))
        arguments = parser.parse_args([str(word) for word in words])
        return int(arguments.run(arguments))

    return run


@pytest.fixture
def notes(tmp_path: Path) -> Iterator[Path]:
    path = tmp_path / "notes.jsonl"
    path.write_text("\n".join(json.dumps(line(number)) for number in range(3)))
    yield path
    assert path.exists()


def test_import_waits_and_says_what_came_of_it(afs: Afs, notes: Path, capsys: Any) -> None:
    assert afs("import", notes, "--domain", "asm65816", "--licence", "CC0") == 0
    source = Source.objects.get()
    assert (source.name, source.licence, source.imported) == ("notes.jsonl", "CC0", 3)
    assert "notes.jsonl: 3 imported, 0 lines rejected" in capsys.readouterr().out
    assert Event.objects.filter(object_type="datasets.source", verb="upload", source="cli").count() == 1


def test_import_names_the_lines_that_stand_in_the_way(afs: Afs, notes: Path, capsys: Any) -> None:
    notes.write_text(notes.read_text() + "\nnonsense\n")
    assert afs("import", notes, "--domain", "asm65816") == 1
    said = capsys.readouterr()
    assert "line 4: This is not JSON" in said.out
    assert "--keep-good" in said.err
    assert not Sample.objects.exists()


def test_import_keeps_the_good_lines_when_asked(afs: Afs, notes: Path) -> None:
    notes.write_text(notes.read_text() + "\nnonsense\n")
    assert afs("import", notes, "--domain", "asm65816", "--keep-good", "--name", "kept") == 0
    assert (Source.objects.get().name, Sample.objects.count()) == ("kept", 3)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("import", "missing.jsonl", "--domain", "asm65816"), "is not a file"),
        (("import", __file__, "--domain", "nowhere"), "there are asm65816, cpp"),
        (("snapshot", "first", "--domain", "asm65816"), "let the gate decide"),
        (("snapshot", "first", "--domain", "asm65816", "--validation", "0.9"), "from 0 to 0.5"),
        (("snapshot", "first", "--domain", "asm65816", "--source", "nothing"), "check the name"),
        (("export", "nothing"), "check the name"),
        (("gate", "00000000-0000-0000-0000-000000000000"), "check the name"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(afs: Afs, words: tuple[str, ...], said: str) -> None:
    with pytest.raises(SystemExit) as refused:
        afs(*words)
    assert str(refused.value).startswith("afs: ")
    assert said in str(refused.value)


def test_an_empty_file_is_refused(afs: Afs, tmp_path: Path) -> None:
    (tmp_path / "empty.jsonl").touch()
    with pytest.raises(SystemExit, match="The file is empty"):
        afs("import", tmp_path / "empty.jsonl", "--domain", "asm65816")


def test_two_of_a_name_are_told_apart_by_id(afs: Afs, import_lines: ImportLines) -> None:
    import_lines([line(0)])
    second = import_lines([line(1)])
    with pytest.raises(SystemExit, match="give the id"):
        afs("gate", "lines.jsonl")
    assert afs("gate", second.uuid) == 0


def test_snapshot_and_export(afs: Afs, samples: list[Sample], capfdbinary: Any, tmp_path: Path) -> None:
    Sample.objects.update(state=SampleState.ACCEPTED)
    assert afs("snapshot", "first", "--domain", "asm65816", "--validation", "0.2", "--source", "lines.jsonl") == 0
    snapshot = Snapshot.objects.get()
    assert b"4 to train, 1 to validate" in capfdbinary.readouterr().out
    assert afs("export", "first", "--output", tmp_path / "first.jsonl") == 0
    capfdbinary.readouterr()
    assert afs("export", snapshot.uuid) == 0
    written = (tmp_path / "first.jsonl").read_bytes()
    assert capfdbinary.readouterr().out == written
    assert written.count(b"\n") == 5
    assert afs("export", "first", "--form", "alpaca", "--split", "validation", "--output", tmp_path / "v.jsonl") == 0
    assert set(json.loads((tmp_path / "v.jsonl").read_text())) == {"instruction", "input", "output"}


def test_an_unready_snapshot_writes_no_file(afs: Afs, samples: list[Sample], tmp_path: Path) -> None:
    Sample.objects.update(state=SampleState.ACCEPTED)
    start_snapshot(Plan("first", samples[0].source.domain), by=None)
    with pytest.raises(SystemExit, match="nothing to export"):
        afs("export", "first", "--output", tmp_path / "first.jsonl")
    assert not (tmp_path / "first.jsonl").exists()


def test_gate(afs: Afs, import_lines: ImportLines, capsys: Any) -> None:
    import_lines([line(0), line(1), line(2, output="$2102 is VMAIN.")])
    run_queue()
    assert afs("gate", "lines.jsonl", "--reject") == 0
    assert "2 accepted, 1 rejected by gate 1" in capsys.readouterr().out


def test_rescore_examines_every_source_in_use(afs: Afs, import_lines: ImportLines, capsys: Any) -> None:
    import_lines([line(0)], name="one.jsonl")
    gone = import_lines([line(1)], name="two.jsonl")
    Source.objects.filter(pk=gone.pk).update(state=SourceState.ARCHIVED)
    run_queue()
    assert afs("rescore", "asm65816") == 0
    assert "one.jsonl: /jobs/" in capsys.readouterr().out
    (job,) = Job.objects.filter(state=JobState.QUEUED)
    assert job.params["again"] is True


def test_a_failed_job_fails_the_command(
    afs: Afs, samples: list[Sample], capsys: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    Sample.objects.update(state=SampleState.ACCEPTED)
    run_queue()
    work = time.sleep  # the fixture put the work of a job in its place

    def undo_then_work(seconds: float) -> None:
        undo_source(samples[0].source, by=None)
        work(seconds)

    monkeypatch.setattr("datasets_app.commands.time.sleep", undo_then_work)
    assert afs("snapshot", "first", "--domain", "asm65816") == 1
    assert "No accepted sample" in capsys.readouterr().err


def test_a_job_that_nobody_takes_is_explained(
    afs: Afs, notes: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(commands, "PATIENCE", -1)
    assert afs("import", notes, "--domain", "asm65816") == 0
    assert "`afs up` starts one" in capsys.readouterr().err
