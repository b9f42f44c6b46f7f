"""Rejected lines are downloaded as they stood, mended, and taken in again; nothing is doubled."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from afsweb.core.models import Event, EventSource, JobState, Role
from datasets_app.exchange.continuing import continue_source
from datasets_app.exchange.errors import CannotGoOn, OtherKind, SourceBusy
from datasets_app.exchange.sources import Wish, start_import
from datasets_app.exchange.uploads import save_upload
from datasets_app.models import Domain, ImportReject, Sample, SampleVersion, Source
from tests.datasets.conftest import ImportLines, line, run_job

pytestmark = pytest.mark.django_db
ClientAs = Callable[[Any], Client]


def rejects_of(client: Client, source: Source) -> bytes:
    return b"".join(client.get(reverse("download_rejects", args=[source.uuid])))


def go_on(source: Source, content: bytes, name: str = "mended.jsonl") -> dict[str, Any]:
    """What the continuation came to."""
    continue_source(source, save_upload(io.BytesIO(content), name), by=None)
    source.refresh_from_db()
    assert source.job is not None
    job = run_job(source.job)
    source.refresh_from_db()
    assert job.state == JobState.SUCCEEDED, job.error
    return {name: job.result[name] for name in ("imported", "skipped", "rejected")}


def import_as(name: str, content: bytes) -> Source:
    wish = Wish(Domain.objects.get(slug="asm65816"), name, keep_good_lines=True)
    source = start_import(wish, save_upload(io.BytesIO(content), name), by=None, via=EventSource.CLI)
    assert source.job is not None
    run_job(source.job)
    source.refresh_from_db()
    return source


@pytest.fixture
def client(client_as: ClientAs) -> Client:
    return client_as(Role.TRAINER)


@pytest.fixture
def source(import_bytes: ImportLines) -> Source:
    poor = [
        json.dumps(line(0)),
        '{"instruction": "only é", "mood": 1}',
        "nonsense\\",
        json.dumps(line(0)),
        json.dumps(line(4)),
    ]
    return import_bytes("\n".join(poor).encode(), keep=True)


def test_rejects_come_as_they_stood_with_line_and_reason(client: Client, source: Source) -> None:
    only, nonsense, double = [json.loads(one) for one in rejects_of(client, source).splitlines()]
    assert (only.pop("_line"), only.pop("_reason")) == (2, "“output” is missing. Add it.")
    assert only == {"instruction": "only é", "mood": 1}
    assert (nonsense["_line"], nonsense["_raw"]) == (3, "nonsense\\")
    assert (double["_line"], double["_reason"]) == (4, "The same text stands on line 1. Remove one of them.")
    assert double["instruction"] == line(0)["instruction"]


def test_mended_lines_join_their_source(client: Client, source: Source) -> None:
    only, nonsense, double = [json.loads(one) for one in rejects_of(client, source).splitlines()]
    only["output"] = "An answer."
    nonsense["_raw"] = json.dumps(line(5))
    mended = "\n".join(map(json.dumps, (only, nonsense, double)))
    assert go_on(source, mended.encode()) == {"imported": 2, "skipped": 1, "rejected": 0}
    assert (source.lines, source.imported, source.rejected) == (5, 4, 0)
    assert Sample.objects.filter(source=source).count() == 4
    assert not ImportReject.objects.exists()
    assert not list(settings.MEDIA_ROOT.glob("**/*.jsonl"))
    assert [one.verb for one in Event.objects.filter(object_id=source.pk).order_by("pk")][-2:] == ["upload", "go on"]


def test_the_whole_file_mended_doubles_nothing(source: Source) -> None:
    mended = [line(0), {"instruction": "only é", "output": "An answer."}, line(4), line(6)]
    said = go_on(source, "\n".join(map(json.dumps, mended)).encode())
    assert said == {"imported": 2, "skipped": 2, "rejected": 0}
    assert Sample.objects.filter(source=source).count() == 4


def test_what_is_still_bad_stays_rejected_under_its_line(client: Client, source: Source) -> None:
    only = json.loads(rejects_of(client, source).splitlines()[0])
    assert go_on(source, json.dumps(only | {"output": 3}).encode()) == {"imported": 0, "skipped": 0, "rejected": 1}
    assert list(ImportReject.objects.values_list("line", "code").order_by("line")) == [
        (2, "not_text"),
        (3, "not_json"),
        (4, "duplicate"),
    ]
    assert (source.lines, source.imported, source.rejected) == (5, 2, 3)
    (again, *_) = [json.loads(one) for one in rejects_of(client, source).splitlines()]
    assert again == {"_line": 2, "_reason": "“output” is a number, not text. Write it as text.", **only_text(again)}


def only_text(reject: dict[str, Any]) -> dict[str, Any]:
    return {"instruction": "only é", "mood": 1, "output": reject["output"]}


def test_a_new_bad_line_comes_after_the_others(source: Source) -> None:
    go_on(source, b"rubbish\n" + json.dumps({"_line": 99, "instruction": "x"}).encode())
    assert list(ImportReject.objects.values_list("line", flat=True).order_by("line")) == [2, 3, 4, 6, 7]
    assert (source.lines, source.rejected) == (7, 5)


def test_a_sample_that_was_edited_since_is_not_doubled(source: Source) -> None:
    SampleVersion.objects.filter(sample__source=source).update(number=2)
    assert go_on(source, json.dumps(line(0)).encode())["skipped"] == 1


def test_csv_rejects_are_csv(client: Client) -> None:
    source = import_as("a.csv", b'instruction,output\r\na,b\r\n"c\nd",\r\ne,f,g\r\n')
    rows = list(csv.reader(io.StringIO(rejects_of(client, source).decode(), newline="")))
    assert rows[0] == ["_line", "_reason", "instruction", "output"]
    assert [(row[0], row[2:]) for row in rows[1:]] == [("3", ["c\nd", ""]), ("5", ["e", "f", "g"])]
    rows[1][3], rows[2][2:] = "mended", ["e,f", "g"]
    out = io.StringIO(newline="")
    csv.writer(out).writerows(rows)
    assert go_on(source, out.getvalue().encode(), "a.csv") == {"imported": 2, "skipped": 0, "rejected": 0}
    assert set(SampleVersion.objects.values_list("instruction", flat=True)) == {"a", "c\nd", "e,f"}


def test_parquet_rejects_are_parquet(client: Client) -> None:
    talk = [
        [{"role": "user", "content": "q"}, {"role": "assistant", "content": "a"}],
        [{"role": "user", "content": "q"}],
    ]
    file = io.BytesIO()
    pq.write_table(pa.table({"messages": talk, "difficulty": [1, 2]}), file)
    source = import_as("a.parquet", file.getvalue())
    assert (source.lines, source.imported, source.rejected) == (2, 1, 1)
    (row,) = pq.read_table(io.BytesIO(rejects_of(client, source))).to_pylist()
    assert (row["_line"], row["difficulty"]) == (2, "2")
    row["messages"] = json.dumps([*json.loads(row["messages"]), {"role": "assistant", "content": "mended"}])
    out = io.BytesIO()
    pq.write_table(pa.Table.from_pylist([row]), out)
    assert go_on(source, out.getvalue(), "a.parquet") == {"imported": 1, "skipped": 0, "rejected": 0}


def test_broken_parquet_has_its_reason_in_the_download(client: Client) -> None:
    source = import_as("a.parquet", b"PAR1 and no more")
    (row,) = pq.read_table(io.BytesIO(rejects_of(client, source))).to_pylist()
    assert (row["_line"], row["_reason"][:40]) == (1, "The file cannot be read as Parquet: Parq"[:40])


def test_running_twice_gives_the_same(source: Source) -> None:
    go_on(source, json.dumps(line(5)).encode())
    assert source.job is not None
    type(source.job).objects.filter(pk=source.job.pk).update(state=JobState.QUEUED, lease=None)
    source.job.refresh_from_db()
    assert run_job(source.job).state == JobState.SUCCEEDED
    assert Sample.objects.filter(source=source).count() == 3


def test_a_failed_source_is_not_gone_on_with(import_bytes: ImportLines) -> None:
    source = import_bytes(b"nonsense\n")
    with pytest.raises(CannotGoOn, match="Import its good lines first"):
        continue_source(source, save_upload(io.BytesIO(b"x")), by=None)
    assert len(list(settings.MEDIA_ROOT.glob("**/*.jsonl"))) == 1


def test_another_kind_of_file_is_refused(source: Source) -> None:
    with pytest.raises(OtherKind, match="are jsonl, and this file is csv"):
        continue_source(source, save_upload(io.BytesIO(b"a,b\n"), "x.csv"), by=None)


def test_two_continuations_do_not_meet(source: Source) -> None:
    continue_source(source, save_upload(io.BytesIO(b"x")), by=None)
    with pytest.raises(SourceBusy):
        continue_source(source, save_upload(io.BytesIO(b"y")), by=None)


def test_the_page_takes_a_mended_file(client: Client, source: Source) -> None:
    page = client.get(source.get_absolute_url()).content.decode()
    assert "Take the mended lines" in page
    where = reverse("continue_source", args=[source.uuid])
    file = SimpleUploadedFile("mended.jsonl", json.dumps(line(5)).encode())
    assert client.post(where, {"file": file})["Location"] == source.get_absolute_url()
    source.refresh_from_db()
    assert source.job is not None and source.job.title == "Go on with lines.jsonl"
    said = client.post(where, {"file": SimpleUploadedFile("x.jsonl", b"")}, follow=True).content.decode()
    assert "The file is empty" in said


def test_viewers_may_not_go_on(client_as: ClientAs, source: Source) -> None:
    assert client_as(Role.REVIEWER).post(reverse("continue_source", args=[source.uuid])).status_code == 403


def test_the_rejected_answer_of_a_pair_is_kept_as_an_earlier_version(import_lines: ImportLines) -> None:
    source = import_lines([{"prompt": "Which?", "chosen": "That.", "rejected": "This."}])
    (sample,) = Sample.objects.filter(source=source).select_related("current")
    first, second = sample.versions.order_by("number")
    assert (first.output, second.output, sample.current) == ("This.", "That.", second)
    assert (second.parent, first.number, second.number) == (first, 1, 2)
    assert (first.sha256, first.normal_sha256) == (first.text().sha256, first.text().normal_sha256)
