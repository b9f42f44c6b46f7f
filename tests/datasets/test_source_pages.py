"""The pages of sources: upload, report, gate, undo, archive; each refusal says what to do, and nothing is lost."""

from __future__ import annotations

import io
import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from afsweb.core.models import Job, JobState, Role
from datasets_app.exchange.uploads import save_upload
from datasets_app.models import Decider, Sample, SampleState, Snapshot, SnapshotEntry, Source, SourceState
from tests.datasets.conftest import ImportLines, line, run_job, run_queue
from tests.storm.disk import full_disk

pytestmark = pytest.mark.django_db
ClientAs = Callable[[Any], Client]


@pytest.fixture
def client(client_as: ClientAs) -> Client:
    return client_as(Role.TRAINER)


def upload(client: Client, content: bytes, **fields: Any) -> Any:
    file = SimpleUploadedFile("notes.jsonl", content)
    return client.post(reverse("import_source"), {"domain": "asm65816", "file": file} | fields)


def jsonl(*lines: Any) -> bytes:
    return "\n".join(json.dumps(one) for one in lines).encode()


def page(client: Client, source: Source) -> str:
    response = client.get(source.get_absolute_url())
    assert response.status_code == 200
    return response.content.decode()


def test_an_upload_starts_an_import(client: Client) -> None:
    response = upload(client, jsonl(line(0), line(1)), licence="CC0")
    source = Source.objects.get()
    assert response["Location"] == source.get_absolute_url()
    assert (source.name, source.licence, source.lines, source.state) == ("notes.jsonl", "CC0", 2, SourceState.LOADING)
    assert source.created_by is not None
    assert source.created_by.role == Role.TRAINER
    assert "Import notes.jsonl" in page(client, source)
    run_queue()
    assert Sample.objects.filter(source=source).count() == 2


@pytest.mark.parametrize("limit", [0, 1_000_000], ids=["spooled to the disk", "kept in memory"])
def test_a_full_disk_is_said_and_nothing_is_kept(client: Client, settings: Any, limit: int) -> None:
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = limit
    file = jsonl(*map(line, range(100)))
    with full_disk():
        response = upload(client, file)
    assert "The hub&#x27;s disk has no room for this file" in response.content.decode()
    assert not Source.objects.exists()
    assert not list(settings.MEDIA_ROOT.glob("*/*"))
    assert upload(client, file).status_code == 302


@pytest.mark.parametrize("limit", [0, 1_000_000], ids=["spooled to the disk", "kept in memory"])
def test_a_full_disk_is_said_of_mended_rejects_too(client: Client, settings: Any, limit: int) -> None:
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = limit
    upload(client, jsonl(line(0)))
    run_queue()
    source = Source.objects.get()
    file = SimpleUploadedFile("mended.jsonl", jsonl(*map(line, range(100))))
    with full_disk():
        response = client.post(reverse("continue_source", args=[source.uuid]), {"file": file}, follow=True)
    assert "disk has no room for this file" in response.content.decode()


def test_an_upload_has_its_name_once_it_is_whole(settings: Any) -> None:
    folder = settings.MEDIA_ROOT / "imports"

    def blocks() -> Iterator[bytes]:
        yield b"half"
        assert [path.suffix for path in folder.iterdir()] == [".part"]
        yield b" and half"

    whole = save_upload(blocks())
    assert [path.name for path in folder.iterdir()] == [Path(whole.path).name]


def test_what_no_source_names_goes_a_day_later(client: Client, settings: Any) -> None:
    upload(client, jsonl(line(0)))
    folder = settings.MEDIA_ROOT / "imports"
    (folder / "killed.part").touch()
    (folder / "nobodys.jsonl").touch()
    (folder / "new.part").touch()
    kept = {Path(Source.objects.get().upload).name, "new.part"}
    for path in folder.iterdir():
        if path.name != "new.part":
            os.utime(path, (0, 0))
    upload(client, jsonl(line(1)))
    assert {path.name for path in folder.iterdir()} == kept | {Path(Source.objects.latest("pk").upload).name}


@pytest.mark.parametrize(
    ("content", "fields", "said"),
    [
        (b"", {}, "The file is empty."),
        (b"x", {"domain": "nowhere"}, "Select a valid choice"),
        (b"x", {"name": "n" * 201}, "at most 200 characters"),
        (b"x", {"name": "a\0b"}, "Null characters are not allowed"),
    ],
)
def test_a_bad_upload_is_refused(client: Client, content: bytes, fields: dict[str, str], said: str) -> None:
    response = upload(client, content, **fields)
    assert response.status_code == 200
    assert said in response.content.decode()
    assert not Source.objects.exists()


def test_an_upload_without_file_is_refused(client: Client) -> None:
    response = client.post(reverse("import_source"), {"domain": "asm65816"})
    assert "required" in response.content.decode()
    assert not Source.objects.exists()


def test_a_file_over_the_limit_is_not_kept(client: Client, settings: Any) -> None:
    settings.UPLOAD_LIMIT_BYTES = 100_000
    response = upload(client, b"x" * 100_001)
    assert response.status_code == 200
    assert "larger than 97.7" in response.content.decode()
    assert not list(settings.MEDIA_ROOT.glob("**/*.jsonl"))
    assert upload(client, b"x" * 100_000).status_code == 302


def test_the_same_file_again_is_refused(client: Client) -> None:
    upload(client, jsonl(line(0)))
    run_queue()
    response = upload(client, jsonl(line(0)))
    assert response.status_code == 200
    assert "is there already" in response.content.decode()


def test_a_failed_import_shows_reasons_and_offers_the_good_lines(client: Client, import_bytes: ImportLines) -> None:
    source = import_bytes(jsonl(line(0)) + b"\nnonsense<script>\n" + jsonl({"instruction": "only"}))
    shown = page(client, source)
    assert "Nothing was imported" in shown
    assert "2 of 3 lines could not be taken" in shown
    assert "take the 1 good line" in shown
    assert "nonsense&lt;script&gt;" in shown
    assert "“output” is missing" in shown
    client.post(reverse("import_good_lines", args=[source.uuid]))
    run_job(Job.objects.get(kind="datasets.import_source", state=JobState.QUEUED))
    assert Sample.objects.filter(source=source).count() == 1


def test_rejects_can_be_downloaded(client: Client, import_bytes: ImportLines) -> None:
    source = import_bytes(b"nonsense\n" + jsonl(line(0)), keep=True, name="été/notes.jsonl")
    response = client.get(reverse("download_rejects", args=[source.uuid]))
    assert response["Content-Disposition"] == 'attachment; filename="etenotesjsonl-rejects.jsonl"'
    (reject,) = [json.loads(one) for one in b"".join(response).splitlines()]
    assert (reject["_line"], reject["_reason"][:16], reject["_raw"]) == (1, "This is not JSON", "nonsense")


def test_a_stopped_import_can_be_started_again(client: Client) -> None:
    upload(client, jsonl(line(0)))
    source = Source.objects.get()
    Job.objects.update(state=JobState.CANCELLED)
    assert "The import broke off" in page(client, source)
    client.post(reverse("retry_import", args=[source.uuid]))
    run_queue()
    source.refresh_from_db()
    assert source.state == SourceState.ACTIVE


def test_left_out_fields_are_shown(client: Client, import_lines: ImportLines) -> None:
    assert "difficulty · 1 line" in page(client, import_lines([line(0, difficulty="easy")]))


def test_the_gate_says_what_it_would_do_and_does_it(client: Client, import_lines: ImportLines) -> None:
    source = import_lines([line(0), line(1), line(2, output="$2102 is VMAIN.")])
    run_queue()
    assert "2 pass the gate, 1 fails" in page(client, source)
    client.post(reverse("let_gate_decide", args=[source.uuid]), {"reject": "on"})
    run_queue()
    states = list(Sample.objects.order_by("pk").values_list("state", "decided_by"))
    assert states == [("accepted", "gate"), ("accepted", "gate"), ("rejected", "gate")]
    assert Sample.objects.filter(decided_by=Decider.GATE).count() == 3


def test_undo_from_the_page(client: Client, import_lines: ImportLines) -> None:
    source = import_lines([line(0)])
    assert "1 sample is deleted for good" in page(client, source)
    response = client.post(reverse("undo_source", args=[source.uuid]), follow=True)
    assert "Undone. Samples deleted: 1." in response.content.decode()
    assert "It was undone" in page(client, source)


def test_undo_is_refused_with_the_list_of_snapshots(client: Client, samples: list[Sample]) -> None:
    source = samples[0].source
    snapshot = Snapshot.objects.create(name="held", domain=source.domain)
    SnapshotEntry.objects.create(snapshot=snapshot, version=samples[0].versions.get(), split="train", position=0)
    assert "It cannot be undone" in page(client, source)
    response = client.post(reverse("undo_source", args=[source.uuid]), follow=True)
    assert "its samples are in “held”" in response.content.decode()
    assert Sample.objects.count() == 5


def test_archive_and_restore_from_the_page(client: Client, samples: list[Sample]) -> None:
    source = samples[0].source
    client.post(reverse("archive_source", args=[source.uuid]))
    assert set(Sample.objects.values_list("state", flat=True)) == {SampleState.ARCHIVED}
    client.post(reverse("restore_source", args=[source.uuid]))
    assert set(Sample.objects.values_list("state", flat=True)) == {SampleState.PENDING}


def test_examine_again_from_the_page(client: Client, samples: list[Sample]) -> None:
    client.post(reverse("examine_source", args=[samples[0].source.uuid]))
    assert Job.objects.filter(kind="datasets.examine_source", params__again=True).count() == 1


def test_the_list_narrows_by_state_and_domain(client: Client, import_lines: ImportLines) -> None:
    import_lines([line(0)], name="good.jsonl")
    import_lines([{"instruction": "only"}], name="bad.jsonl")

    def shown(query: str) -> list[bool]:
        content = client.get(reverse("list_sources") + query).content.decode()
        return [f">{name}</a>" in content for name in ("good.jsonl", "bad.jsonl")]

    assert shown("") == [True, True]
    assert shown("?state=failed") == [False, True]
    assert shown("?domain=asm65816") == [True, True]
    assert shown("?domain=text") == [False, False]
    assert shown("?domain=a%00b&state=%00") == [False, False]


def test_an_empty_list_offers_an_import(client: Client) -> None:
    assert reverse("import_source") in client.get(reverse("list_sources")).content.decode()


def test_viewers_look_and_do_not_touch(client_as: ClientAs, samples: list[Sample]) -> None:
    source, client = samples[0].source, client_as(Role.VIEWER)
    shown = page(client, source)
    assert "Undo" not in shown and "Let the gate decide" not in shown
    assert client.get(reverse("import_source")).status_code == 403
    for name in ("undo_source", "archive_source", "let_gate_decide", "import_good_lines", "examine_source"):
        assert client.post(reverse(name, args=[source.uuid])).status_code == 403
    assert client.get(reverse("download_rejects", args=[source.uuid])).status_code == 200


def test_reviewers_may_not_undo(client_as: ClientAs, samples: list[Sample]) -> None:
    response = client_as(Role.REVIEWER).post(reverse("undo_source", args=[samples[0].source.uuid]))
    assert response.status_code == 403


def test_a_source_that_is_not_there(client: Client) -> None:
    assert client.get("/sources/00000000-0000-0000-0000-000000000000/").status_code == 404


def test_pages_cost_few_queries(client: Client, import_bytes: ImportLines, django_assert_max_num_queries: Any) -> None:
    for number in range(8):
        import_bytes(jsonl(line(number)) + b"\nnonsense\n[]\n" * 9, keep=True)
    with django_assert_max_num_queries(8):
        client.get(reverse("list_sources"))
    with django_assert_max_num_queries(20):
        page(client, Source.objects.all()[0])


def test_a_stream_of_many_rejects_is_read_in_pieces(client: Client, import_bytes: ImportLines) -> None:
    source = import_bytes(b"x\n" * 3000)
    assert source.rejected == 3000
    content = io.BytesIO(b"".join(client.get(reverse("download_rejects", args=[source.uuid]))))
    assert [json.loads(one)["_line"] for one in content] == list(range(1, 3001))
