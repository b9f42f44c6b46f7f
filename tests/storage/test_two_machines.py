"""A hub and another machine with a store of its own: jobs there find their files, and what they make is on the hub."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from afsweb.core.artifacts import QuotaFull, artifact_path, store_artifact
from afsweb.core.artifacts.jobs import FETCH, VERIFY, start_fetch, start_verify
from afsweb.core.models import Artifact, ArtifactCopy, ArtifactKind, Host, JobState
from afsweb.storage import ArtifactMissing, PlaceRefuses, verify
from afsweb.storage.store import place_of
from tests.acceptance.conftest import database_url
from tests.reviewing.webserver import WebServer
from tests.rows import run_job
from tests.storage.test_fetching import same

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def web(hub_store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[WebServer]:
    """The hub's web server, in processes of its own with the hub's store."""
    monkeypatch.setenv("AFS_ARTIFACT_DIR", str(hub_store))
    server = WebServer(database_url(), tmp_path / "web.log")
    server.start()
    yield server
    server.kill()


@pytest.fixture
def studio(artifact: Artifact, web: WebServer, token: str, settings: Any, there: Path) -> Host:
    """From here on this process is the machine “studio”; the artifact was stored on the hub before."""
    settings.ARTIFACT_DIR, settings.HUB_URL, settings.HOST_TOKEN = there, web.url, token
    settings.HOST_NAME = "studio"
    return Host.objects.get(name="studio")


def test_a_job_there_fetches_what_it_lacks(studio: Host, artifact: Artifact, made: Path, there: Path) -> None:
    assert not there.exists()
    folder = artifact_path(artifact)
    assert same(folder, made) and folder == verify(there, artifact.sha256)
    assert ArtifactCopy.objects.get(host=studio).artifact == artifact
    assert artifact_path(Artifact(sha256=artifact.sha256)) == folder  # a row that only names it


def test_what_is_made_there_is_on_the_hub_before_its_row(
    studio: Host, made: Path, hub_store: Path, there: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (made / "adapter").write_bytes(b"trained there")
    made_there = store_artifact(ArtifactKind.ADAPTER, "adapter", made)
    assert same(verify(hub_store, made_there.sha256), made)
    assert same(verify(there, made_there.sha256), made)


def test_without_the_hub_no_row_is_made(studio: Host, made: Path, settings: Any, token: str) -> None:
    settings.HOST_TOKEN = "afs-host-revoked"
    (made / "adapter").write_bytes(b"trained there")
    with pytest.raises(PlaceRefuses, match="Join it anew"):
        store_artifact(ArtifactKind.ADAPTER, "adapter", made)
    assert Artifact.objects.count() == 1


def test_a_fetch_is_a_job_of_that_machine(studio: Host, artifact: Artifact, there: Path) -> None:
    job = start_fetch(artifact, studio, by=None)
    assert (job.kind, job.pinned_host) == (FETCH, studio)
    run_job(job, studio)
    assert (job.state, job.result) == (JobState.SUCCEEDED, {"bytes": artifact.size_bytes})
    verify(there, artifact.sha256)


def test_verifying_asks_each_machine_that_has_it(studio: Host, artifact: Artifact, there: Path) -> None:
    artifact_path(artifact)
    (job,) = start_verify(artifact, by=None)
    assert (job.kind, job.pinned_host) == (VERIFY, studio)
    run_job(job, studio)
    assert job.state == JobState.SUCCEEDED
    (place_of(there, artifact.sha256) / "files" / "weights.bin").write_bytes(b"damaged")
    (again,) = start_verify(artifact, by=None)
    run_job(again, studio)
    assert again.state == JobState.FAILED and "were changed" in again.error
    assert not ArtifactCopy.objects.filter(host=studio).exists()


def test_on_the_hub_nothing_is_fetched(artifact: Artifact, settings: Any, there: Path) -> None:
    settings.ARTIFACT_DIR = there
    with pytest.raises(ArtifactMissing):
        artifact_path(artifact)


def test_over_the_quota_nothing_is_stored(artifact: Artifact, made: Path, settings: Any, hub_store: Path) -> None:
    settings.ARTIFACT_QUOTA_BYTES = artifact.size_bytes + 10
    before = sorted(hub_store.glob("??/*"))
    (made / "more").write_bytes(b"more than ten bytes")
    with pytest.raises(QuotaFull, match="afs artifact collect"):
        store_artifact(ArtifactKind.ADAPTER, "adapter", made)
    assert sorted(hub_store.glob("??/*")) == before and Artifact.objects.count() == 1
