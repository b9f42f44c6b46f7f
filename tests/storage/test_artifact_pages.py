"""The pages of artifacts: what is stored, what is in it, what uses it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db.models.functions import Now
from django.test import Client
from django.urls import reverse

from afsweb.core.artifacts import store_artifact
from afsweb.core.models import Artifact, ArtifactKind, Host, Job, JobState, Role
from tests.rows import run_job
from training_app.models import BaseModel

pytestmark = pytest.mark.django_db


@pytest.fixture
def host(db: None, settings: Any) -> Host:
    settings.HOST_NAME = "here"
    return Host.objects.create(name="here", queues=["default"])


@pytest.fixture
def artifact(settings: Any, tmp_path: Path, host: Host) -> Artifact:
    settings.ARTIFACT_DIR = tmp_path / "artifacts"
    (tmp_path / "made" / "deep").mkdir(parents=True)
    (tmp_path / "made" / "deep" / "weights.safetensors").write_bytes(b"12345")
    return store_artifact(ArtifactKind.BASE_MODEL, "tiny base", tmp_path / "made")


@pytest.fixture
def client(client_as: Callable[[Any], Client]) -> Client:
    return client_as(Role.VIEWER)


def test_the_list_narrows_by_kind(client: Client, artifact: Artifact) -> None:
    url = reverse("list_artifacts")
    assert "tiny base</a>" in client.get(url).content.decode()
    assert "tiny base</a>" in client.get(url + "?kind=base_model").content.decode()
    assert "No artifact is of this kind" in client.get(url + "?kind=adapter").content.decode()
    assert "tiny base</a>" in client.get(url + "?kind=nonsense").content.decode()


def test_an_empty_list_says_what_comes_here(client: Client) -> None:
    assert "under the sha256 of their content" in client.get(reverse("list_artifacts")).content.decode()


def test_the_page_shows_files_and_users(client: Client, artifact: Artifact) -> None:
    unused = client.get(artifact.get_absolute_url()).content.decode()
    assert "deep/weights.safetensors" in unused and artifact.sha256 in unused and "Nothing uses it now." in unused
    base = BaseModel.objects.create(model_id="tests/base", weights=artifact)
    used = client.get(artifact.get_absolute_url()).content.decode()
    assert base.get_absolute_url() in used and "tests/base" in used


def test_the_list_says_who_uses_what_and_where_it_lies(client: Client, artifact: Artifact, host: Host) -> None:
    url = reverse("list_artifacts")
    assert "tiny base</a>" in client.get(url + "?unused=1").content.decode()
    BaseModel.objects.create(model_id="tests/base", weights=artifact)
    page = client.get(url).content.decode()
    assert "here" in page and "no quota is set" in page
    assert "No such artifact is without use" in client.get(url + "?unused=1").content.decode()


def test_the_quota_is_shown(client: Client, artifact: Artifact, settings: Any) -> None:
    settings.ARTIFACT_QUOTA_BYTES = 5
    assert "5\xa0bytes used, 100 %" in client.get(reverse("list_artifacts")).content.decode()
    assert "nearly full" in client.get(reverse("list_artifacts")).content.decode()


def test_the_sizes_are_drawn(client: Client, artifact: Artifact) -> None:
    item = client.get(reverse("draw_sizes")).json()["item"]
    assert "base model" in str(item) and "snapshot" not in str(item)


def test_verifying_is_a_job_of_each_machine_that_has_it(
    client_as: Callable[[Any], Client], artifact: Artifact, host: Host
) -> None:
    client = client_as(Role.TRAINER)
    said = client.post(reverse("verify_artifact", args=[artifact.uuid]), follow=True).content.decode()
    assert "Its files are read again: Verify tiny base on here." in said
    assert Job.objects.get().pinned_host == host
    run_job(Job.objects.get(), host)
    assert Job.objects.get().state == JobState.SUCCEEDED


def test_a_machine_that_lacks_it_can_fetch_it(client_as: Callable[[Any], Client], artifact: Artifact) -> None:
    client, there = client_as(Role.TRAINER), Host.objects.create(name="there", queues=["gpu"])
    assert "<option>there</option>" in client.get(artifact.get_absolute_url()).content.decode()
    url = reverse("fetch_artifact", args=[artifact.uuid])
    assert "There is no such machine" in client.post(url, {"host": "no\0where"}, follow=True).content.decode()
    assert "there fetches it" in client.post(url, {"host": "there"}, follow=True).content.decode()
    assert (Job.objects.get().pinned_host, Job.objects.get().queue) == (there, "gpu")


def test_a_viewer_is_offered_neither(client: Client, artifact: Artifact) -> None:
    page = client.get(artifact.get_absolute_url()).content.decode()
    assert "Verify</button>" not in page and "Fetch it there" not in page
    assert "Remove what nothing uses" not in client.get(reverse("list_artifacts")).content.decode()


def test_an_admin_has_what_nothing_uses_removed(client_as: Callable[[Any], Client], artifact: Artifact) -> None:
    client = client_as(Role.ADMIN)
    assert "Remove what nothing uses" in client.get(reverse("list_artifacts")).content.decode()
    Artifact.objects.update(kept_at=Now() - timedelta(days=31))
    client.post(reverse("collect_artifacts"))
    run_job(Job.objects.get())
    assert not Artifact.objects.exists()


def test_what_is_not_there(client: Client) -> None:
    assert client.get("/artifacts/00000000-0000-0000-0000-000000000000/").status_code == 404


def test_the_pages_are_for_people_who_logged_in(artifact: Artifact) -> None:
    for url in (reverse("list_artifacts"), artifact.get_absolute_url()):
        assert Client().get(url).status_code == 302


def test_pages_cost_few_queries(client: Client, artifact: Artifact, django_assert_max_num_queries: Any) -> None:
    with django_assert_max_num_queries(18):
        client.get(reverse("list_artifacts"))
    with django_assert_max_num_queries(23):
        client.get(artifact.get_absolute_url())
