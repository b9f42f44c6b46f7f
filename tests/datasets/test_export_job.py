"""Samples of a query, or a snapshot, are written by a job and downloaded under a name that tells what they are."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from typing import Any

import pyarrow.parquet as pq
import pytest
from django.test import Client
from django.urls import reverse

from afsweb.core.jobs.actions import Actor, retry
from afsweb.core.jobs.context import JobContext
from afsweb.core.models import Artifact, Event, EventSource, JobState, Role, User
from datasets_app.exchange import exports
from datasets_app.exchange.errors import NothingFits, NotReady, NotWritten
from datasets_app.exchange.exports import start_export
from datasets_app.exchange.formats import FORMATS, WRITTEN
from datasets_app.models import Decision, Export, Sample, Snapshot
from datasets_app.review.decisions import decide
from datasets_app.snapshots.building import Plan, start_snapshot
from tests.datasets.conftest import ImportLines, line, run_job, run_queue
from tests.datasets.test_snapshot import build
from tests.storm.disk import full_disk

pytestmark = pytest.mark.django_db
ClientAs = Callable[[Any], Client]


@pytest.fixture
def client(client_as: ClientAs) -> Client:
    return client_as(Role.TRAINER)


@pytest.fixture
def snapshot(samples: list[Sample]) -> Snapshot:
    Sample.objects.update(state="accepted")
    return build("First set", samples[0].source, validation_share=0.4)


def export(client: Client, address: str = "", **fields: str) -> Export:
    response = client.post(reverse("export_samples") + address, {"name": "My samples", "format": "jsonl"} | fields)
    assert response.status_code == 302, response.content.decode()
    run_queue()
    return Export.objects.latest("pk")


def download(client: Client, export: Export) -> tuple[str, bytes]:
    response = client.get(reverse("download_export", args=[export.uuid]))
    return response["Content-Disposition"].split('"')[1], b"".join(response)


def test_a_full_disk_is_said_and_the_job_can_be_run_again(client: Client, import_lines: ImportLines) -> None:
    import_lines([line(number) for number in range(100)])
    client.post(reverse("export_samples"), {"name": "My samples", "format": "jsonl"})
    with full_disk():
        run_queue()
    failed = Export.objects.get()
    assert failed.job
    assert failed.state == "failed" and "Free some space" in failed.error
    assert not Artifact.objects.exists()
    retry(failed.job, Actor(None, EventSource.CLI))
    run_queue()
    assert Export.objects.get().written == 100


def test_what_the_filters_ask_for_is_written_with_how_it_stands(client: Client, samples: list[Sample]) -> None:
    Sample.objects.filter(pk=samples[1].pk).update(tags=["hard"])
    assert samples[1].current
    decide(User.objects.create(username="ann", role=Role.REVIEWER), samples[1].current, Decision.GOLDEN, revision=0)
    done = export(client, "?state=accepted&page=7")
    assert (done.query, done.written, done.left_out) == ({"state": "accepted"}, 1, 0)
    name, content = download(client, done)
    assert name == "my-samples-jsonl.jsonl"
    said = json.loads(content)
    assert (said["state"], said["is_golden"], said["tags"], said["topic"]) == (
        "accepted",
        True,
        ["hard"],
        Sample.objects.get(pk=samples[1].pk).topic,
    )
    assert said["sample"] == str(samples[1].uuid)
    assert Event.objects.filter(verb="export", object_id=done.pk).count() == 1


@pytest.mark.parametrize("key", WRITTEN)
def test_every_format_can_be_exported(client: Client, samples: list[Sample], key: str) -> None:
    done = export(client, format=key)
    name, content = download(client, done)
    assert (done.written, name) == (5, f"my-samples-{key}.{'zip' if FORMATS[key].is_folder else FORMATS[key].suffix}")
    assert content


def test_the_result_is_an_artifact_of_its_own_page(client: Client, samples: list[Sample]) -> None:
    done = export(client, format="parquet")
    page = client.get(done.get_absolute_url()).content.decode()
    assert "my-samples-parquet.parquet" in page and "Download" in page
    assert "My samples" in client.get(reverse("list_exports")).content.decode()
    assert pq.read_table(io.BytesIO(download(client, done)[1])).num_rows == 5


def test_a_folder_is_downloaded_as_a_zip_with_a_file_for_each_split(client: Client, snapshot: Snapshot) -> None:
    client.post(reverse("write_snapshot", args=[snapshot.uuid]), {"format": "mlx"})
    run_queue()
    name, content = download(client, Export.objects.get())
    assert name == "first-set-mlx.zip"
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.namelist() == ["first-set/train.jsonl", "first-set/valid.jsonl"]
        counts = [archive.read(one).count(b"\n") for one in archive.namelist()]
    assert counts == [snapshot.train_count, snapshot.validation_count]
    assert download(client, Export.objects.get())[1] == content


def test_a_split_without_samples_has_no_file(client: Client, samples: list[Sample]) -> None:
    with zipfile.ZipFile(io.BytesIO(download(client, export(client, format="huggingface"))[1])) as archive:
        assert archive.namelist() == ["my-samples/README.md", "my-samples/data/train.parquet"]
        card = archive.read("my-samples/README.md").decode()
    assert 'license: "cc0"' in card and "split: train" in card and "validation" not in card


def test_what_the_format_cannot_hold_is_counted(client: Client, import_lines: ImportLines) -> None:
    import_lines([line(0), line(1, system="Be brief.")])
    done = export(client, format="mlx-completions")
    assert (done.written, done.left_out) == (1, 1)
    assert "cannot hold them" in client.get(done.get_absolute_url()).content.decode()


def test_when_the_format_can_hold_nothing_that_is_said(client: Client, import_lines: ImportLines) -> None:
    import_lines([line(1, system="Be brief.")])
    done = export(client, format="mlx-completions")
    assert done.artifact is None
    page = client.get(done.get_absolute_url()).content.decode()
    assert "cannot hold any of these samples" in page and "It could not be written" in page


def test_a_wish_to_stop_keeps_nothing(client: Client, samples: list[Sample], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exports, "TOLD_EVERY", 2)
    done = start_export("samples", FORMATS["jsonl"], query={}, by=None)
    assert done.job is not None
    monkeypatch.setattr(JobContext, "_person_asked", lambda _self: True)
    assert run_job(done.job).state == JobState.CANCELLED
    done = Export.objects.get()
    assert (done.artifact, done.state) == (None, "stopped")
    assert "It was stopped" in client.get(done.get_absolute_url()).content.decode()


def test_progress_is_told(samples: list[Sample], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exports, "TOLD_EVERY", 2)
    done = start_export("samples", FORMATS["csv"], query={}, by=None)
    assert done.job is not None
    job = run_job(done.job)
    assert (job.state, job.done, job.total, job.result["written"]) == (JobState.SUCCEEDED, 4, 5, 5)


def test_running_twice_gives_the_same(samples: list[Sample]) -> None:
    done = start_export("samples", FORMATS["csv"], query={}, by=None)
    assert done.job is not None
    run_job(done.job)
    first = Export.objects.get().artifact
    type(done.job).objects.filter(pk=done.job.pk).update(state=JobState.QUEUED, lease=None)
    done.job.refresh_from_db()
    assert run_job(done.job).state == JobState.SUCCEEDED
    assert Export.objects.get().artifact == first


def test_nothing_to_export_is_refused(client: Client, samples: list[Sample]) -> None:
    with pytest.raises(NothingFits, match="Change the filters"):
        start_export("samples", FORMATS["jsonl"], query={"state": "rejected"}, by=None)
    page = client.get(reverse("export_samples") + "?state=rejected").content.decode()
    assert "there is nothing to export" in page


@pytest.mark.parametrize("key", ["xml", "pairs", ""])
def test_a_format_that_is_not_written_is_refused(client: Client, samples: list[Sample], key: str) -> None:
    response = client.post(reverse("export_samples"), {"format": key})
    assert response.status_code == 200
    assert "jsonl, chat, alpaca" in response.content.decode()
    assert not Export.objects.exists()


def test_a_snapshot_that_is_not_ready_is_refused(samples: list[Sample]) -> None:
    Sample.objects.update(state="accepted")
    other = start_snapshot(Plan("not built"), by=None)
    with pytest.raises(NotReady):
        start_export("x", FORMATS["mlx"], snapshot=other, by=None)
    with pytest.raises(NotWritten):
        start_export("x", FORMATS["pairs"], snapshot=other, by=None)


def test_the_page_counts_what_will_be_written(client: Client, samples: list[Sample]) -> None:
    page = client.get(reverse("export_samples") + "?kind=register_fact&nonsense=1").content.decode()
    assert "5 samples" in page and "kind register_fact" in page
    assert 'value="samples register_fact"' in page
    for one in WRITTEN.values():
        assert one.name in page
    listed = client.get(reverse("list_samples") + "?kind=register_fact&before=9999").content.decode()
    assert f'href="{reverse("export_samples")}?kind=register_fact"' in listed


def test_an_export_that_is_not_written_yet_is_not_downloaded(client: Client, samples: list[Sample]) -> None:
    done = start_export("samples", FORMATS["csv"], query={}, by=None)
    response = client.get(reverse("download_export", args=[done.uuid]), follow=True)
    assert "It is not written yet" in response.content.decode()


def test_files_that_are_lost_are_a_sentence(client: Client, samples: list[Sample], settings: Any) -> None:
    done = export(client)
    settings.ARTIFACT_DIR = settings.ARTIFACT_DIR / "elsewhere"
    response = client.get(reverse("download_export", args=[done.uuid]), follow=True)
    assert response.status_code == 200
    assert "message error" in response.content.decode() or "missing" in response.content.decode()


def test_viewers_download_and_do_not_export(client: Client, client_as: ClientAs, samples: list[Sample]) -> None:
    done, viewer = export(client), client_as(Role.VIEWER)
    assert download(viewer, done)[1]
    assert viewer.post(reverse("export_samples"), {"format": "jsonl"}).status_code == 403
    assert "Export these" not in viewer.get(reverse("list_samples")).content.decode()


def test_pages_cost_few_queries(client: Client, samples: list[Sample], django_assert_max_num_queries: Any) -> None:
    done = export(client)
    for address in (reverse("list_exports"), done.get_absolute_url(), reverse("export_samples")):
        with django_assert_max_num_queries(8):
            client.get(address)
