"""An artifact is a row for a stored folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from afsweb.core.artifacts import artifact_path, store_artifact
from afsweb.core.models import Artifact, ArtifactKind
from afsweb.storage import ArtifactDamaged


@pytest.fixture(autouse=True)
def folders(settings: object, tmp_path: Path) -> None:
    settings.ARTIFACT_DIR = tmp_path / "artifacts"  # type: ignore[attr-defined]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "made").mkdir()
    (tmp_path / "made" / "weights.safetensors").write_bytes(b"12345")
    return tmp_path / "made"


@pytest.mark.django_db
def test_an_artifact_remembers_its_files(folder: Path) -> None:
    artifact = store_artifact(ArtifactKind.ADAPTER, "adapter of run 1", folder)
    assert (artifact.file_count, artifact.size_bytes) == (1, 5)
    assert (artifact_path(artifact) / "weights.safetensors").read_bytes() == b"12345"
    assert artifact.manifest["files"][0]["path"] == "weights.safetensors"


@pytest.mark.django_db
def test_equal_content_is_one_row(folder: Path) -> None:
    assert store_artifact(ArtifactKind.ADAPTER, "one", folder) == store_artifact(ArtifactKind.EXPORT, "two", folder)
    assert Artifact.objects.get().name == "one"


@pytest.mark.django_db
def test_a_changed_file_is_refused(folder: Path) -> None:
    artifact = store_artifact(ArtifactKind.ADAPTER, "one", folder)
    (artifact_path(artifact) / "weights.safetensors").write_bytes(b"54321")
    with pytest.raises(ArtifactDamaged, match=r"weights\.safetensors"):
        artifact_path(artifact)
