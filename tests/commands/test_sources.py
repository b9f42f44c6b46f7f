"""`afs source`: what came of an import, and what to do with all of it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from afsweb.core.models import Event, Job, JobState, User
from datasets_app.models import Decision, Sample, SampleState, Source, SourceState
from datasets_app.review.decisions import decide
from tests.commands.conftest import Afs
from tests.datasets.conftest import ImportLines, line, run_queue
from tests.datasets.test_snapshot import build
from tests.review.making import version

pytestmark = pytest.mark.django_db
POOR = b'{"instruction": "What?", "output": "That."}\nnonsense\n'


def state(source: Source) -> str:
    return Source.objects.values_list("state", flat=True).get(pk=source.pk)


def newest_event() -> tuple[str, str]:
    return Event.objects.values_list("verb", "source").order_by("-pk")[0]


def test_sources_are_listed_newest_first(afs: Afs, import_lines: ImportLines, import_bytes: ImportLines) -> None:
    good, failed = import_lines([line(0)], name="good.jsonl"), import_bytes(POOR, name="poor.jsonl")
    rows = afs("source", "list").out.splitlines()
    assert [row.split()[0] for row in rows] == [str(failed.uuid), str(good.uuid)]
    assert "1 imported" in rows[1] and rows[1].endswith("good.jsonl")
    assert afs("source", "list", "--state", "failed").out.splitlines() == rows[:1]
    assert afs("source", "list", "--domain", "cpp").out == ""
    assert "There is no domain “nowhere”" in afs("source", "list", "--domain", "nowhere").err


def test_show_says_what_came_of_it_and_why_lines_were_not_taken(afs: Afs, import_bytes: ImportLines) -> None:
    source = import_bytes(POOR + b'{"instruction": "Who?", "output": "He.", "colour": 1}\n', keep=True)
    said = afs("source", "show", "lines.jsonl").out
    assert said == afs("source", "show", source.uuid).out
    assert "lines.jsonl: active, imported file" in said
    assert "2 samples: 2 pending, 0 accepted" in said
    assert "undecided: 0 pass the gate, 0 fail, 2 are not scored yet" in said
    assert "1 lines not taken" in said
    assert "line 2: This is not JSON" in said
    assert "left out: the field colour of 1 lines" in said


def test_rejects_go_to_a_file_or_to_standard_output(afs: Afs, import_bytes: ImportLines, tmp_path: Path) -> None:
    import_bytes(POOR)
    said = afs("source", "rejects", "lines.jsonl").out
    assert json.loads(said)["_line"] == 2
    assert (
        afs("source", "rejects", "lines.jsonl", "--output", tmp_path / "r").out == f"1 lines written to {tmp_path}/r\n"
    )
    assert (tmp_path / "r").read_text() == said


@pytest.mark.usefixtures("worker")
def test_the_good_lines_of_a_failed_import_are_taken(afs: Afs, import_bytes: ImportLines) -> None:
    source = import_bytes(POOR)
    said = afs("source", "import-good-lines", "lines.jsonl")
    assert (said.status, "1 imported, 1 lines rejected" in said.out) == (0, True)
    assert state(source) == SourceState.ACTIVE


@pytest.mark.usefixtures("worker")
def test_an_import_that_broke_off_is_tried_again_as_it_was_asked_for(afs: Afs, import_bytes: ImportLines) -> None:
    source = import_bytes(POOR)
    assert source.job is not None
    Source.objects.update(state=SourceState.LOADING)
    assert "broken off" in afs("source", "list").out
    said = afs("source", "retry", source.uuid)
    assert (said.status, "1 lines rejected" in said.out) == (1, True)
    assert Event.objects.filter(verb="import again", source="cli").count() == 1


def test_a_complete_import_is_not_tried_again(afs: Afs, import_lines: ImportLines) -> None:
    import_lines([line(0)])
    for verb in ("retry", "import-good-lines"):
        said = afs("source", verb, "lines.jsonl")
        assert (said.status, "is active, so it cannot be imported again" in said.err) == (1, True)


def test_undo_says_what_goes_and_asks(afs: Afs, reviewer: User, samples: list[Sample]) -> None:
    decide(reviewer, version(samples[0]), Decision.ACCEPT, revision=samples[0].revision)
    refused = afs("source", "undo", "lines.jsonl", typed="n\n")
    assert (refused.status, "Nothing was changed" in refused.err) == (1, True)
    assert "5 samples, with 1 decisions of people, are deleted for good" in refused.out
    assert Sample.objects.count() == 5
    assert afs("source", "undo", "lines.jsonl", typed="y\n").out.endswith("undone, 5 samples deleted\n")
    assert not Sample.objects.exists()
    assert newest_event() == ("undo", "cli")


def test_where_nobody_can_answer_undo_needs_yes(afs: Afs, samples: list[Sample]) -> None:
    assert "give --yes" in afs("source", "undo", "lines.jsonl").err
    assert afs("source", "undo", "lines.jsonl", "--yes").status == 0
    assert not Sample.objects.exists()


def test_a_source_whose_samples_are_in_a_snapshot_is_not_undone(afs: Afs, samples: list[Sample]) -> None:
    Sample.objects.update(state=SampleState.ACCEPTED)
    build("first", samples[0].source)
    said = afs("source", "undo", "lines.jsonl", "--yes")
    assert "held by the snapshot first" in said.out
    assert (said.status, "cannot be undone: its samples are in “first”" in said.err) == (1, True)


def test_a_source_goes_into_the_archive_and_back(afs: Afs, samples: list[Sample]) -> None:
    assert "give --yes" in afs("source", "archive", "lines.jsonl").err
    assert "archived, 5 samples put aside" in afs("source", "archive", "lines.jsonl", "--yes").out
    assert set(Sample.objects.values_list("state", flat=True)) == {SampleState.ARCHIVED}
    assert "5 samples wait for review again" in afs("source", "restore", "lines.jsonl").out
    assert newest_event() == ("restore", "cli")


def test_a_failed_source_is_neither_archived_nor_brought_back(afs: Afs, import_bytes: ImportLines) -> None:
    source = import_bytes(POOR)
    for words in (("archive", source.uuid, "--yes"), ("restore", source.uuid)):
        said = afs("source", *words)
        assert (said.status, "“lines.jsonl” is failed: only a source in use" in said.err) == (1, True)
    assert state(source) == SourceState.FAILED


def test_examine_starts_a_job(afs: Afs, samples: list[Sample]) -> None:
    run_queue()
    assert "lines.jsonl: /jobs/" in afs("source", "examine", "lines.jsonl").out
    (job,) = Job.objects.filter(state=JobState.QUEUED)
    assert job.params["again"] is True
    Source.objects.update(state=SourceState.ARCHIVED)
    assert "is archived, so nothing of it is examined" in afs("source", "examine", "lines.jsonl").err


@pytest.mark.parametrize(
    "verb", ["show", "gate", "undo", "archive", "restore", "retry", "import-good-lines", "examine", "rejects"]
)
def test_a_wrong_name_is_a_sentence(afs: Afs, db: None, verb: str) -> None:
    said = afs("source", verb, "nothing")
    assert (said.status, said.out) == (1, "")
    assert said.err == "afs: There is no source “nothing”. There is none yet.\n"
