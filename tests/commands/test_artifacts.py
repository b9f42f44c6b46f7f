"""`afs artifact`: read again, fetched, copied elsewhere, collected."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db.models.functions import Now

from afsweb.core.artifacts import artifact_path, store_artifact
from afsweb.core.models import Artifact, ArtifactCopy, ArtifactKind, Event, Host
from afsweb.storage import verify
from tests.commands.conftest import Afs
from training_app.models import BaseModel

pytestmark = pytest.mark.django_db


@pytest.fixture
def artifact(tmp_path: Path, settings: Any) -> Artifact:
    settings.ARTIFACT_DIR = tmp_path / "artifacts"
    Host.objects.create(name=settings.HOST_NAME)
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept" / "weights").write_text("weights")
    return store_artifact(ArtifactKind.BASE_MODEL, "tiny base", tmp_path / "kept")


def test_whole_files_are_said_to_be_whole(afs: Afs, artifact: Artifact, settings: Any) -> None:
    ArtifactCopy.objects.all().delete()
    for verb in ("verify", "fetch"):
        assert afs("artifact", verb, "tiny base").out.startswith("tiny base: whole, in ")
    assert f"lies on {settings.HOST_NAME}, read and whole" in afs("artifact", "show", artifact.sha256).out


def test_damaged_files_are_said_to_be_damaged(afs: Afs, artifact: Artifact) -> None:
    (artifact_path(artifact) / "weights").write_text("Weights")
    for verb in ("verify", "fetch"):
        said = afs("artifact", verb, "tiny base")
        assert (said.status, "were changed: “weights” has other content" in said.err) == (1, True)
        assert not ArtifactCopy.objects.exists()


def test_a_copy_goes_to_a_shared_folder(afs: Afs, artifact: Artifact, tmp_path: Path) -> None:
    place = f"file://{tmp_path}/shared"
    assert afs("artifact", "copy", "tiny base", place).out == f"tiny base: whole, in {place}\n"
    verify(tmp_path / "shared", artifact.sha256)
    assert "names no place for files" in afs("artifact", "copy", "tiny base", "nowhere").err


def test_what_nothing_uses_is_listed_and_collected(afs: Afs, artifact: Artifact) -> None:
    assert afs("artifact", "list", "--unused").out.endswith("tiny base\n")
    assert afs("artifact", "collect").out.startswith("0 artifacts removed")
    Artifact.objects.update(kept_at=Now() - timedelta(days=31))
    assert "1 artifacts would go" in afs("artifact", "collect", "--dry-run").out
    assert Artifact.objects.exists()
    said = afs("artifact", "collect").out
    assert artifact.sha256 in said and "1 artifacts removed, 7\xa0bytes; 0\xa0bytes are used" in said
    assert not Artifact.objects.exists() and Event.objects.get(verb="collect").source == "cli"


def test_what_is_used_is_not_collected(afs: Afs, artifact: Artifact) -> None:
    BaseModel.objects.create(model_id="tests/base", weights=artifact)
    Artifact.objects.update(kept_at=Now() - timedelta(days=4000))
    assert afs("artifact", "list", "--unused").out == ""
    assert afs("artifact", "collect").out.startswith("0 artifacts removed")


@pytest.mark.parametrize("words", [("verify",), ("fetch",), ("copy", "file:///tmp/x")])
def test_an_unknown_artifact_is_a_sentence(afs: Afs, db: None, words: tuple[str, ...]) -> None:
    assert "There is no artifact “nothing”" in afs("artifact", words[0], "nothing", *words[1:]).err
