"""Watched folders: what lies there is listed by what it is; what nobody manages can be adopted."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db.models.functions import Now
from django.test import Client
from django.urls import reverse

from afsweb.core.artifacts import artifact_path
from afsweb.core.jobs.actions import Actor
from afsweb.core.models import (
    Artifact,
    ArtifactKind,
    EventSource,
    Finding,
    Host,
    Job,
    JobState,
    Role,
    User,
    WatchedItem,
    WatchedKind,
)
from afsweb.upkeep.watched.adopting import CannotAdopt, SayDomain, adopt
from afsweb.upkeep.watched.looking import LOOK, ask_hosts
from datasets_app.models import Domain, Sample, Source
from tests.datasets.conftest import ImportLines
from tests.rows import run_job
from tests.upkeep.conftest import RunKind
from tests.upkeep.making import make_watched, write_old

pytestmark = pytest.mark.django_db
LINES = "".join(json.dumps({"instruction": f"What is {n}?", "output": f"It is {n}."}) + "\n" for n in range(3))
TERMINAL = Actor(None, EventSource.CLI)


@pytest.fixture
def watched(settings: Any, tmp_path: Path) -> Path:
    """A folder that this machine watches, with one of each."""
    folder = tmp_path / "drop"
    settings.WATCHED_DIRS = [folder]
    settings.HOME_DIR = tmp_path / "home"
    write_old(folder / "new.jsonl", LINES)
    write_old(folder / "deep" / "notes.txt", "something")
    write_old(folder / "adapter" / "adapter_config.json", "{}")
    write_old(folder / "adapter" / "adapter_model.safetensors", "weights")
    write_old(folder / "model" / "config.json", "{}")
    write_old(folder / "model" / "model-00001.safetensors", "weights")
    return folder


def paths() -> dict[str, str]:
    return dict(WatchedItem.objects.filter(gone_at__isnull=True).values_list("path", "kind"))


def get(path: str) -> WatchedItem:
    return WatchedItem.objects.get(path=path)


def test_everything_is_listed_by_what_it_is(watched: Path, run_kind: RunKind, hub: Host) -> None:
    job = run_kind(LOOK)
    assert (job.state, job.result) == (JobState.SUCCEEDED, {"seen": 4}), job.error
    assert paths() == {
        "new.jsonl": WatchedKind.SAMPLES,
        "deep/notes.txt": WatchedKind.OTHER,
        "adapter": WatchedKind.ADAPTER,
        "model": WatchedKind.BASE_MODEL,
    }
    model = get("model")
    assert (model.host, model.folder, model.file_count, model.size_bytes) == (hub, str(watched), 2, 9)


def test_what_is_hidden_linked_fresh_unnameable_or_our_own_is_left_out(
    watched: Path, run_kind: RunKind, settings: Any
) -> None:
    write_old(watched / ".hidden.jsonl", LINES)
    (watched / "link.jsonl").symlink_to(watched / "new.jsonl")
    (watched / "fresh.jsonl").write_text(LINES)
    write_old(Path(os.fsdecode(os.fsencode(watched) + b"/\xff.jsonl")), LINES)
    settings.ARTIFACT_DIR = watched / "artifacts"
    write_old(settings.ARTIFACT_DIR / "ab" / "train.jsonl", LINES)
    run_kind(LOOK)
    assert set(paths()) == {"new.jsonl", "deep/notes.txt", "adapter", "model"}


def test_what_goes_leaves_the_list_and_a_folder_that_is_away_does_not(
    watched: Path, run_kind: RunKind, settings: Any
) -> None:
    run_kind(LOOK)
    (watched / "new.jsonl").unlink()
    run_kind(LOOK)
    assert "new.jsonl" not in paths()
    watched.rename(watched.with_name("unmounted"))
    run_kind(LOOK)
    assert len(paths()) == 3
    assert Finding.objects.get(settled_at__isnull=True).text == f"hub watches {watched}, which is not there."
    settings.WATCHED_DIRS = []
    run_kind(LOOK)
    assert paths() == {}
    assert not Finding.objects.filter(settled_at__isnull=True).exists()


def test_what_did_not_change_is_not_read_again(watched: Path, run_kind: RunKind) -> None:
    run_kind(LOOK)
    WatchedItem.objects.filter(path="new.jsonl").update(sha256="0" * 64)
    run_kind(LOOK)
    assert get("new.jsonl").sha256 == "0" * 64
    write_old(watched / "new.jsonl", LINES + LINES)
    run_kind(LOOK)
    assert get("new.jsonl").sha256 != "0" * 64


def test_what_is_here_already_counts_as_managed(watched: Path, run_kind: RunKind, import_bytes: ImportLines) -> None:
    source = import_bytes(LINES.encode())
    run_kind(LOOK)
    assert get("new.jsonl").managed_url == source.get_absolute_url()
    with pytest.raises(CannotAdopt, match="has the same content already"):
        adopt(get("new.jsonl"), source.domain, TERMINAL)


def test_samples_are_imported_on_the_machine_where_they_lie(
    watched: Path, run_kind: RunKind, domain: Domain, hub: Host, trainer: User
) -> None:
    run_kind(LOOK)
    job = adopt(get("new.jsonl"), domain, Actor(trainer))
    assert job.pinned_host == hub
    assert run_job(job, hub).name == "succeeded", job.error
    source = Source.objects.get(name="new.jsonl")
    assert source.job is not None
    assert (source.created_by, source.job.pinned_host) == (trainer, hub)
    run_job(source.job, hub)
    assert Sample.objects.filter(source=source).count() == 3
    assert get("new.jsonl").managed_url == source.get_absolute_url()
    assert (watched / "new.jsonl").read_text() == LINES


@pytest.mark.parametrize(("path", "kind"), [("adapter", ArtifactKind.ADAPTER), ("model", ArtifactKind.BASE_MODEL)])
def test_a_model_becomes_an_artifact(watched: Path, run_kind: RunKind, hub: Host, path: str, kind: str) -> None:
    run_kind(LOOK)
    job = adopt(get(path), None, TERMINAL)
    assert run_job(job, hub).name == "succeeded", job.error
    artifact = Artifact.objects.get()
    assert (artifact.kind, artifact.name, artifact.sha256) == (kind, path, get(path).sha256)
    assert artifact_path(artifact).is_dir()
    assert get(path).managed_url == artifact.get_absolute_url()


def test_adopting_twice_is_adopting_once(watched: Path, run_kind: RunKind, domain: Domain, hub: Host) -> None:
    run_kind(LOOK)
    job = adopt(get("new.jsonl"), domain, TERMINAL)
    with pytest.raises(CannotAdopt, match="a job is adopting it already"):
        adopt(get("new.jsonl"), domain, TERMINAL)
    run_job(job, hub)
    Job.objects.filter(pk=job.pk).update(state=JobState.QUEUED)
    assert run_job(job, hub).name == "succeeded"
    assert Source.objects.count() == 1


def test_what_changed_since_it_was_listed_is_not_taken_in(
    watched: Path, run_kind: RunKind, domain: Domain, hub: Host
) -> None:
    run_kind(LOOK)
    job = adopt(get("new.jsonl"), domain, TERMINAL)
    (watched / "new.jsonl").write_text("{}")
    run_job(job, hub)
    assert job.error.startswith("“new.jsonl” cannot be adopted: it was changed since it was listed")
    assert not Source.objects.exists()


def test_samples_need_a_domain_and_other_files_are_refused(watched: Path, run_kind: RunKind) -> None:
    run_kind(LOOK)
    with pytest.raises(SayDomain, match="Samples need a domain"):
        adopt(get("new.jsonl"), None, TERMINAL)
    with pytest.raises(CannotAdopt, match="neither a file of samples nor a model"):
        adopt(get("deep/notes.txt"), None, TERMINAL)
    WatchedItem.objects.update(gone_at=Now())
    with pytest.raises(CannotAdopt, match="it is not there any more"):
        adopt(get("adapter"), None, TERMINAL)


def test_living_hosts_are_asked_once(hub: Host) -> None:
    Host.objects.filter(pk=hub.pk).update(seen_at=Now(), queues=["default", "gpu"])
    Host.objects.create(name="silent", seen_at=Now() - timedelta(hours=1), queues=["default"])
    Host.objects.create(name="gpu only", seen_at=Now(), queues=["gpu"])
    assert (ask_hosts(), ask_hosts()) == (1, 0)
    assert Job.objects.get(kind=LOOK).pinned_host == hub


def test_the_page_lists_what_nobody_manages_and_takes_it_in(
    client_as: Callable[[Role], Client], hub: Host, django_assert_max_num_queries: Any
) -> None:
    client, url = client_as(Role.TRAINER), reverse("list_watched")
    assert "Nothing lies in a watched folder" in client.get(url).content.decode()
    item, _ = make_watched(hub), make_watched(hub, "known.jsonl", managed_url="/sources/")
    page = client.get(url).content.decode()
    assert "new.jsonl" in page
    assert "known.jsonl" not in page
    assert "known.jsonl" in client.get(url, {"all": "yes"}).content.decode()
    adopting = reverse("adopt_watched", args=[item.uuid])
    assert "Samples need a domain" in client.post(adopting, {"domain": "\0"}, follow=True).content.decode()
    assert client.post(adopting, {"domain": "asm65816"}).status_code == 302
    assert Job.objects.get(kind="upkeep.adopt").title == "Adopt new.jsonl"
    assert "Import</button>" not in client_as(Role.VIEWER).get(url).content.decode()
    for number in range(60):
        make_watched(hub, f"{number}.jsonl")
    with django_assert_max_num_queries(7):
        client.get(url)
