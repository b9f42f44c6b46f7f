"""`afs import`, `snapshot build`, `export`, `gate`, `rescore`: the same as the pages do, from a terminal."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from afsweb.core.jobs import waiting
from afsweb.core.models import Event, Job, JobState
from datasets_app.exchange.sources import undo_source
from datasets_app.models import ReviewQueue, Sample, SampleState, Snapshot, Source, SourceState
from datasets_app.snapshots.building import Plan, start_snapshot
from tests.commands.conftest import Afs
from tests.datasets.conftest import ImportLines, line, run_queue
from tests.datasets.test_snapshot import build

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("worker")]
BUILD = ("snapshot", "build", "first", "--domain", "asm65816")


@pytest.fixture
def notes(tmp_path: Path) -> Iterator[Path]:
    path = tmp_path / "notes.jsonl"
    path.write_text("\n".join(json.dumps(line(number)) for number in range(3)))
    yield path
    assert path.exists()


def test_import_waits_and_says_what_came_of_it(afs: Afs, notes: Path) -> None:
    said = afs("import", notes, "--domain", "asm65816", "--licence", "CC0")
    source = Source.objects.get()
    assert (source.name, source.licence, source.imported) == ("notes.jsonl", "CC0", 3)
    assert said.status == 0
    assert "notes.jsonl: 3 imported, 0 lines rejected" in said.out
    assert Event.objects.filter(object_type="datasets.source", verb="upload", source="cli").count() == 1


def test_import_names_the_lines_that_stand_in_the_way(afs: Afs, notes: Path) -> None:
    notes.write_text(notes.read_text() + "\nnonsense\n")
    said = afs("source", "import", notes, "--domain", "asm65816")
    assert said.status == 1
    assert "line 4: This is not JSON" in said.out
    assert "--keep-good" in said.err
    assert not Sample.objects.exists()


def test_import_keeps_the_good_lines_when_asked(afs: Afs, notes: Path) -> None:
    notes.write_text(notes.read_text() + "\nnonsense\n")
    assert afs("import", notes, "--domain", "asm65816", "--keep-good", "--name", "kept").status == 0
    assert (Source.objects.get().name, Sample.objects.count()) == ("kept", 3)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("import", "missing.jsonl", "--domain", "asm65816"), "missing.jsonl cannot be read: No such file"),
        (("import", ".", "--domain", "asm65816"), ". cannot be read: Is a directory. Check the path."),
        (("import", __file__, "--domain", "nowhere"), "There are asm65816, cpp"),
        (BUILD, "let the gate decide"),
        ((*BUILD, "--source", "nothing"), "There is no source “nothing”"),
        (("snapshot", "export", "nothing"), "There is no snapshot “nothing”"),
        (("gate", "00000000-0000-0000-0000-000000000000"), "There is no source"),
        (("rescore", "nowhere"), "There is no domain “nowhere”"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(afs: Afs, words: tuple[str, ...], said: str) -> None:
    ended = afs(*words)
    assert ended.status == 1
    assert ended.err.startswith("afs: ")
    assert said in ended.err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((*BUILD, "--validation", "0.9"), "0.9 is no number from 0 to 0.5"),
        ((*BUILD, "--validation", "nan"), "nan is no number"),
        ((*BUILD, "--seed", "-1"), "-1 is no whole number from 0"),
        (("snapshot", "build", " ", "--domain", "asm65816"), "give 1 to 200 characters"),
    ],
)
def test_an_argument_that_makes_no_sense_is_a_usage_error(afs: Afs, words: tuple[str, ...], said: str) -> None:
    ended = afs(*words)
    assert ended.status == 2
    assert said in ended.err


def test_an_empty_file_is_refused(afs: Afs, tmp_path: Path) -> None:
    (tmp_path / "empty.jsonl").touch()
    said = afs("import", tmp_path / "empty.jsonl", "--domain", "asm65816")
    assert (said.status, "The file is empty" in said.err) == (1, True)


def test_two_of_a_name_are_told_apart_by_id(afs: Afs, import_lines: ImportLines) -> None:
    import_lines([line(0)])
    second = import_lines([line(1)])
    assert "There are several sources “lines.jsonl”. Give the id" in afs("gate", "lines.jsonl").err
    assert afs("source", "gate", second.uuid).status == 0


def test_a_snapshot_is_built_and_exported(afs: Afs, samples: list[Sample], tmp_path: Path) -> None:
    Sample.objects.update(state=SampleState.ACCEPTED)
    said = afs(*BUILD, "--validation", "0.2", "--source", "lines.jsonl")
    assert (said.status, "4 to train, 1 to validate" in said.out) == (0, True)
    assert afs("snapshot", "export", "first", "--output", tmp_path / "first.jsonl").out.startswith(
        "5 samples written to"
    )
    assert afs("snapshot", "export", Snapshot.objects.get().uuid).out == (tmp_path / "first.jsonl").read_text()
    afs("snapshot", "export", "first", "--form", "alpaca", "--split", "validation", "--output", tmp_path / "v.jsonl")
    assert set(json.loads((tmp_path / "v.jsonl").read_text())) == {"instruction", "input", "output"}


def test_a_snapshot_of_a_view_is_narrowed_and_balanced(afs: Afs, import_lines: ImportLines) -> None:
    import_lines([line(number, kind="fact" if number < 6 else "question") for number in range(10)])
    Sample.objects.update(state=SampleState.ACCEPTED)
    ReviewQueue.objects.create(name="facts", query={"kind": "fact", "state": "pending"})
    afs("snapshot", "build", "of a view", "--view", "facts", "--cap", "4")
    afs("snapshot", "build", "of a kind", "--view", "facts", "--where", "kind=question")
    assert [one.count for one in Snapshot.objects.order_by("pk")] == [4, 4]
    assert [one.figures["left_out"] for one in Snapshot.objects.order_by("pk")] == [[["asm65816: fact", 2]], []]
    assert "There is no review queue “nothing”" in afs("snapshot", "build", "x", "--view", "nothing").err


def test_an_unready_snapshot_writes_no_file(afs: Afs, samples: list[Sample], tmp_path: Path) -> None:
    Sample.objects.update(state=SampleState.ACCEPTED)
    start_snapshot(Plan("first"), by=None)
    assert "nothing to export" in afs("snapshot", "export", "first", "--output", tmp_path / "first.jsonl").err
    assert not (tmp_path / "first.jsonl").exists()


def test_a_file_that_cannot_be_written_is_a_sentence(afs: Afs, samples: list[Sample], tmp_path: Path) -> None:
    Sample.objects.update(state=SampleState.ACCEPTED)
    build("first", samples[0].source)
    said = afs("snapshot", "export", "first", "--output", tmp_path / "nowhere" / "first.jsonl")
    assert (said.status, "cannot be written: No such file or directory" in said.err) == (1, True)


def test_gate(afs: Afs, import_lines: ImportLines) -> None:
    import_lines([line(0), line(1), line(2, output="$2102 is VMAIN.")])
    run_queue()
    said = afs("gate", "lines.jsonl", "--reject")
    assert (said.status, "2 accepted, 1 rejected by gate 2" in said.out) == (0, True)


def test_rescore_examines_every_source_in_use(afs: Afs, import_lines: ImportLines) -> None:
    import_lines([line(0)], name="one.jsonl")
    gone = import_lines([line(1)], name="two.jsonl")
    Source.objects.filter(pk=gone.pk).update(state=SourceState.ARCHIVED)
    run_queue()
    assert "one.jsonl: /jobs/" in afs("rescore", "asm65816").out
    (job,) = Job.objects.filter(state=JobState.QUEUED)
    assert job.params["again"] is True


def test_a_failed_job_fails_the_command(afs: Afs, samples: list[Sample], monkeypatch: pytest.MonkeyPatch) -> None:
    Sample.objects.update(state=SampleState.ACCEPTED)
    work = time.sleep  # the fixture put the work of a job in its place

    def undo_then_work(seconds: float) -> None:
        undo_source(samples[0].source, by=None)
        work(seconds)

    monkeypatch.setattr("afsweb.core.jobs.waiting.time.sleep", undo_then_work)
    said = afs(*BUILD)
    assert (said.status, "No accepted sample" in said.err) == (1, True)


def test_a_job_that_nobody_takes_is_explained(afs: Afs, notes: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting, "PATIENCE", -1)
    said = afs("import", notes, "--domain", "asm65816")
    assert (said.status, "`afs up` starts one" in said.err) == (0, True)
