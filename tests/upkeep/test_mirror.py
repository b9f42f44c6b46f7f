"""Dataset sync: the files of snapshots in a second folder, whole, whatever happened to them since."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from afsweb.core.copies import place_in
from afsweb.core.models import Finding, JobState, Notification, User
from afsweb.storage import verify
from datasets_app.models import Snapshot, SnapshotState
from tests.rows import chat_row, make_snapshot
from tests.upkeep.conftest import RunKind

pytestmark = pytest.mark.django_db


@pytest.fixture
def snapshot(tmp_path: Path) -> Snapshot:
    return make_snapshot(tmp_path / "first", [chat_row("What is $2100?", "INIDISP")])


def flip_a_byte(root: Path, sha256: str) -> None:
    path = place_in(root, sha256) / "files" / "train.jsonl"
    data = bytearray(path.read_bytes())
    data[3] ^= 1
    path.write_bytes(data)


def test_without_a_folder_nothing_happens_and_it_says_so(run_kind: RunKind, snapshot: Snapshot, settings: Any) -> None:
    settings.MIRROR_DIR = None
    job = run_kind("datasets.mirror")
    assert (job.state, job.note) == (JobState.SUCCEEDED, "Off: AFS_MIRROR names no folder on this machine.")


def test_a_folder_that_is_not_mounted_is_refused_and_not_made(
    run_kind: RunKind, snapshot: Snapshot, mirror_dir: Path
) -> None:
    mirror_dir.rmdir()
    job = run_kind("datasets.mirror")
    assert job.state == JobState.FAILED
    assert (
        job.error
        == f"The folder {mirror_dir}, which AFS_MIRROR names, is not there. Mount its disk, or make the folder."
    )
    assert not mirror_dir.exists()


def test_every_ready_snapshot_is_copied_once_and_verified_each_time(
    run_kind: RunKind, snapshot: Snapshot, mirror_dir: Path
) -> None:
    first = run_kind("datasets.mirror")
    assert (first.result["copied"], first.result["snapshots"]) == (1, 1)
    assert first.result["bytes"] == snapshot.artifact.size_bytes  # type: ignore[union-attr]
    verify(mirror_dir, snapshot.sha256)
    assert json.loads((mirror_dir / "index.json").read_text())[snapshot.sha256]["name"] == "first"
    again = run_kind("datasets.mirror")
    assert (again.result["copied"], again.note) == (0, "1 snapshots verified, 0 copied")


def test_a_damaged_copy_is_replaced(run_kind: RunKind, snapshot: Snapshot, mirror_dir: Path) -> None:
    run_kind("datasets.mirror")
    flip_a_byte(mirror_dir, snapshot.sha256)
    assert run_kind("datasets.mirror").result["mended"] == 1
    verify(mirror_dir, snapshot.sha256)


def test_a_damaged_original_never_reaches_the_mirror(
    run_kind: RunKind, snapshot: Snapshot, mirror_dir: Path, settings: Any, admin_user: User
) -> None:
    whole = make_snapshot(mirror_dir.parent / "second", [chat_row("What is $2105?", "BGMODE")])
    flip_a_byte(settings.ARTIFACT_DIR, snapshot.sha256)
    for _ in range(2):
        job = run_kind("datasets.mirror")
        assert (job.result["failed"], job.result["snapshots"]) == (1, 2)
    verify(mirror_dir, whole.sha256)
    assert not place_in(mirror_dir, snapshot.sha256).exists()
    finding = Finding.objects.get()
    assert finding.text.startswith("“first” is not in the mirror: The files of")
    assert finding.url == snapshot.get_absolute_url()
    assert Notification.objects.get().person == admin_user


def test_a_deletion_on_the_hub_is_not_followed_and_a_purge_is(
    run_kind: RunKind, snapshot: Snapshot, mirror_dir: Path
) -> None:
    purged = make_snapshot(mirror_dir.parent / "second", [chat_row("A secret?", "Yes.")])
    run_kind("datasets.mirror")
    Snapshot.objects.filter(pk=purged.pk).update(state=SnapshotState.PURGED, artifact=None)
    snapshot.delete()
    assert run_kind("datasets.mirror").result["purged"] == 1
    verify(mirror_dir, snapshot.sha256)
    assert not place_in(mirror_dir, purged.sha256).exists()
    assert set(json.loads((mirror_dir / "index.json").read_text())) == {snapshot.sha256}
