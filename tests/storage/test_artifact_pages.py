"""The pages of artifacts: what is stored, what is in it, what uses it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from afsweb.core.artifacts import store_artifact
from afsweb.core.models import Artifact, ArtifactKind, Role
from training_app.models import BaseModel

pytestmark = pytest.mark.django_db


@pytest.fixture
def artifact(settings: Any, tmp_path: Path) -> Artifact:
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


def test_what_is_not_there(client: Client) -> None:
    assert client.get("/artifacts/00000000-0000-0000-0000-000000000000/").status_code == 404


def test_the_pages_are_for_people_who_logged_in(artifact: Artifact) -> None:
    for url in (reverse("list_artifacts"), artifact.get_absolute_url()):
        assert Client().get(url).status_code == 302


def test_pages_cost_few_queries(client: Client, artifact: Artifact, django_assert_max_num_queries: Any) -> None:
    with django_assert_max_num_queries(7):
        client.get(reverse("list_artifacts"))
    with django_assert_max_num_queries(20):
        client.get(artifact.get_absolute_url())
