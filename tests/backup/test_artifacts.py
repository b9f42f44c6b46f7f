"""A backup takes each artifact whole: from the store, else from the backup before, else it says what it lacks."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from afsweb.backup.contents import check
from afsweb.backup.making import Install, make_backup
from afsweb.backup.restoring import restore
from afsweb.core.models import Artifact
from afsweb.storage import NoRoom
from afsweb.storage.store import place_of
from tests.backup.comparing import files_of
from tests.backup.test_broken import flip

SHARED_MEMORY = Path("/dev/shm")


@pytest.fixture
def other_disk(tmp_path: Path) -> Iterator[Path]:
    """A folder into which nothing of this test can be linked."""
    if not SHARED_MEMORY.is_dir() or SHARED_MEMORY.stat().st_dev == tmp_path.stat().st_dev:
        pytest.skip("no second disk on this machine")
    folder = SHARED_MEMORY / f"afs-test-{tmp_path.name}"
    folder.mkdir()
    yield folder
    shutil.rmtree(folder)


def damage(install: Install, artifact: Artifact) -> None:
    flip(place_of(install.artifacts, artifact.sha256) / "files" / "weights.safetensors")


def test_a_damaged_one_is_named_and_left_out(
    install: Install, artifact: Artifact, places: Path, empty: Install
) -> None:
    damage(install, artifact)
    place = make_backup(install, places / "backups")
    contents = check(place)
    assert set(contents.missing) == {artifact.sha256} and len(contents.artifacts) == 1
    assert not place_of(place / "artifacts", artifact.sha256).exists()
    restore(place, contents, empty)
    assert not place_of(empty.artifacts, artifact.sha256).exists()


def test_one_that_is_gone_is_named(install: Install, artifact: Artifact, places: Path) -> None:
    shutil.rmtree(place_of(install.artifacts, artifact.sha256))
    assert set(check(make_backup(install, places / "backups")).missing) == {artifact.sha256}


def test_the_backup_before_helps_out(install: Install, artifact: Artifact, places: Path) -> None:
    make_backup(install, places / "backups")
    shutil.rmtree(place_of(install.artifacts, artifact.sha256))
    contents = check(make_backup(install, places / "backups"))
    assert artifact.sha256 in contents.artifacts and not contents.missing


def test_a_damaged_backup_before_does_no_harm(install: Install, artifact: Artifact, places: Path) -> None:
    before = make_backup(install, places / "backups")
    flip(place_of(before / "artifacts", artifact.sha256) / "files" / "weights.safetensors")
    after = make_backup(install, places / "backups")
    assert not check(after).missing


def test_on_another_disk_they_are_copied_once(install: Install, other_disk: Path) -> None:
    first, second = make_backup(install, other_disk), make_backup(install, other_disk)
    assert files_of(first / "artifacts") == files_of(second / "artifacts") == files_of(install.artifacts)
    assert {path.stat().st_nlink for path in (second / "artifacts").rglob("*") if path.is_file()} == {2}
    assert not list(install.artifacts.glob(".held-*"))
    assert not check(second).missing


def test_on_another_disk_a_damaged_copy_is_made_anew(install: Install, artifact: Artifact, other_disk: Path) -> None:
    first = make_backup(install, other_disk)
    flip(place_of(first / "artifacts", artifact.sha256) / "files" / "weights.safetensors")
    assert not check(make_backup(install, other_disk)).missing


def test_too_small_a_disk_is_said_before_it_is_full(install: Install, artifact: Artifact, other_disk: Path) -> None:
    Artifact.objects.filter(pk=artifact.pk).update(size_bytes=1 << 60)
    with pytest.raises(NoRoom, match="Free some space"):
        make_backup(install, other_disk)
    assert list(other_disk.iterdir()) == []
    assert not list(install.artifacts.glob(".held-*"))
