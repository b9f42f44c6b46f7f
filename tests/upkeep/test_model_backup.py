"""Model backup: dated, each content once, read back, one restored to try; what the hub deletes stays; old days go."""

from __future__ import annotations

import shutil
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from afsweb.core.artifacts import drop_artifact, store_artifact
from afsweb.core.clock import database_now
from afsweb.core.copies import place_in
from afsweb.core.models import ArtifactKind, Finding, Host, JobState, ModelBackup, Notification, User
from afsweb.storage import ArtifactMissing, verify
from tests.rows import make_base
from tests.upkeep.conftest import RunKind
from tests.web import loop
from training_app.backends.trl import work_dir
from training_app.backup.folder import Folder
from training_app.backup.putting_back import FolderInUse, NoBackupFolder, NotInBackup, put_back
from training_app.backup.retention import days_to_keep
from training_app.models import BaseModel, Checkpoint, ModelVersion
from training_app.trainer.checkpoints import seal

pytestmark = pytest.mark.django_db
BACK_UP = "training.back_up_models"


@pytest.fixture
def base(tmp_path: Path) -> BaseModel:
    (tmp_path / "base").mkdir()
    (tmp_path / "base" / "model.safetensors").write_bytes(b"base weights")
    return make_base(tmp_path / "base")


@pytest.fixture
def version(base: BaseModel, tmp_path: Path) -> ModelVersion:
    return make_version(base, tmp_path, 1)


def make_version(base: BaseModel, tmp_path: Path, number: int, content: bytes = b"") -> ModelVersion:
    folder = tmp_path / f"adapter-{number}"
    folder.mkdir()
    (folder / "adapter_model.safetensors").write_bytes(content or b"adapter %d" % number)
    adapter = store_artifact(ArtifactKind.ADAPTER, f"adapter {number}", folder)
    return ModelVersion.objects.create(name="nayru", number=number, base_model=base, adapter=adapter)


def sha_of(version: ModelVersion) -> str:
    assert version.adapter is not None
    return version.adapter.sha256


def today() -> date:
    return database_now().date()


def test_without_a_folder_nothing_happens_and_it_says_so(
    run_kind: RunKind, version: ModelVersion, settings: Any
) -> None:
    settings.MODEL_BACKUP_DIR = None
    job = run_kind(BACK_UP)
    assert (job.state, job.note) == (JobState.SUCCEEDED, "Off: AFS_MODEL_BACKUP names no folder on this machine.")
    assert not ModelBackup.objects.exists()


def test_the_models_are_copied_read_back_and_one_is_restored(
    run_kind: RunKind, version: ModelVersion, backup_dir: Path
) -> None:
    job = run_kind(BACK_UP)
    assert job.state == JobState.SUCCEEDED, job.error
    row = ModelBackup.objects.get()
    assert {entry["what"] for entry in row.contents} == {"adapter", "base model"}
    assert (row.day, row.count, row.missing) == (today(), 2, [])
    assert row.size_bytes == row.new_bytes == len(b"adapter 1") + len(b"base weights")
    assert row.checked_at is not None
    assert row.restored in ("adapter nayru v1", "base model tests/base")
    files = verify(backup_dir / "store", sha_of(version))
    assert (files / "adapter_model.safetensors").read_bytes() == b"adapter 1"
    assert (backup_dir / str(today()) / "contents.json").is_file()


def test_equal_content_is_kept_once_and_a_second_run_copies_nothing(
    run_kind: RunKind, base: BaseModel, version: ModelVersion, backup_dir: Path, tmp_path: Path
) -> None:
    make_version(base, tmp_path, 2, b"adapter 1")
    run_kind(BACK_UP)
    row = ModelBackup.objects.get()
    assert (row.count, row.new_bytes) == (3, len(b"adapter 1") + len(b"base weights"))
    before = row.new_bytes
    assert run_kind(BACK_UP).result["new_bytes"] == 0
    row.refresh_from_db()
    assert row.new_bytes == before


def test_a_deletion_on_the_hub_is_not_followed_not_even_on_the_same_day(
    run_kind: RunKind, version: ModelVersion, backup_dir: Path
) -> None:
    run_kind(BACK_UP)
    adapter = version.adapter
    assert adapter is not None
    version.delete()
    assert drop_artifact(adapter)
    job = run_kind(BACK_UP)
    assert (job.result["file_sets"], job.result["failed"]) == (2, 0)
    verify(backup_dir / "store", adapter.sha256)
    assert "nayru v1" in {entry.name for entry in Folder(backup_dir).read(today())}


def test_damage_on_the_hub_is_found_and_takes_no_day_away(
    run_kind: RunKind, version: ModelVersion, backup_dir: Path, settings: Any, admin_user: User
) -> None:
    for back in range(40):
        Folder(backup_dir).write(today() - timedelta(days=40 - back), [])
    shutil.rmtree(place_in(settings.ARTIFACT_DIR, sha_of(version)))
    job = run_kind(BACK_UP)
    assert (job.result["failed"], job.result["days_over"]) == (1, 0)
    assert len(Folder(backup_dir).days()) == 41
    assert "The adapter nayru v1 is not whole in the backup" in Finding.objects.get().text
    assert Notification.objects.get().text.startswith("Model backup: The adapter nayru v1")
    row = ModelBackup.objects.get()
    assert row.checked_at is None
    assert len(row.missing) == 1


def test_damage_in_the_backup_is_mended_from_the_hub(
    run_kind: RunKind, version: ModelVersion, backup_dir: Path
) -> None:
    run_kind(BACK_UP)
    (place_in(backup_dir / "store", sha_of(version)) / "files" / "adapter_model.safetensors").write_bytes(b"adapter X")
    assert run_kind(BACK_UP).result["failed"] == 0
    verify(backup_dir / "store", sha_of(version))


def test_damage_in_the_backup_of_what_the_hub_deleted_is_told(
    run_kind: RunKind, version: ModelVersion, backup_dir: Path
) -> None:
    run_kind(BACK_UP)
    sha256 = sha_of(version)
    version.delete()
    (place_in(backup_dir / "store", sha256) / "files" / "adapter_model.safetensors").write_bytes(b"adapter X")
    assert run_kind(BACK_UP).result["failed"] == 1
    assert "“adapter_model.safetensors” has other content" in Finding.objects.get().text


def test_days_that_are_over_go_with_what_no_other_day_lists(
    run_kind: RunKind, version: ModelVersion, backup_dir: Path
) -> None:
    run_kind(BACK_UP)
    folder = Folder(backup_dir)
    entries = folder.read(today())
    shutil.rmtree(backup_dir / str(today()))
    for back in range(1, 400):
        folder.write(today() - timedelta(days=back), entries if back > 395 else [])
    version.delete()
    job = run_kind(BACK_UP)
    kept = folder.days()
    assert set(kept) == days_to_keep([today() - timedelta(days=back) for back in range(400)])
    assert job.result["days_over"] == 400 - len(kept)
    adapter = next(entry for entry in entries if entry.what == "adapter")
    with pytest.raises(ArtifactMissing):
        verify(folder.store, adapter.sha256)
    verify(folder.store, next(entry for entry in entries if entry.what == "base model").sha256)


def test_a_list_that_cannot_be_read_takes_nothing_away(
    run_kind: RunKind, version: ModelVersion, backup_dir: Path
) -> None:
    old = backup_dir / "2020-01-01" / "contents.json"
    old.parent.mkdir()
    old.write_text("half a fi")
    job = run_kind(BACK_UP)
    assert (job.state, job.result["failed"]) == (JobState.SUCCEEDED, 1)
    assert f"{old} cannot be read, so nothing was taken away" in Finding.objects.get().text


def test_a_kept_checkpoint_of_this_machine_is_in_it(run_kind: RunKind, hub: Host, backup_dir: Path) -> None:
    run = loop.add_run()
    aside = work_dir(run) / "aside"
    aside.mkdir(parents=True)
    (aside / "optimizer.safetensors").write_bytes(b"moments")
    sealed = seal(aside, work_dir(run), 4, {})
    facts = {"sha256": sealed.sha256, "size_bytes": sealed.size_bytes, "host": hub}
    Checkpoint.objects.create(run=run, step=4, **facts)
    Checkpoint.objects.create(run=run, step=2, is_kept=False, **facts)
    Checkpoint.objects.create(run=run, step=8, **facts)  # its trainer has just removed it, and not said so yet
    for new_bytes in (True, False):
        job = run_kind(BACK_UP)
        assert (job.result["file_sets"], job.result["failed"], bool(job.result["new_bytes"])) == (1, 0, new_bytes)
    (entry,) = Folder(backup_dir).read(today())
    assert (entry.what, entry.name) == ("checkpoint", "step 4 of nayru-tiny-r16")
    files = verify(backup_dir / "store", entry.sha256)
    assert {path.name for path in files.iterdir()} == {"optimizer.safetensors", "SEALED.json"}


def test_a_versions_files_are_put_back(
    run_kind: RunKind, version: ModelVersion, backup_dir: Path, settings: Any, tmp_path: Path
) -> None:
    run_kind(BACK_UP)
    shutil.rmtree(place_in(settings.ARTIFACT_DIR, sha_of(version)))
    put_back(version)
    verify(settings.ARTIFACT_DIR, sha_of(version))
    put_back(version, today(), tmp_path / "elsewhere")
    assert (tmp_path / "elsewhere" / "adapter_model.safetensors").read_bytes() == b"adapter 1"
    with pytest.raises(FolderInUse, match="is there already"):
        put_back(version, None, tmp_path / "elsewhere")
    with pytest.raises(NotInBackup, match="nayru v1 is not in the backup of 2020-01-01"):
        put_back(version, date(2020, 1, 1))
    settings.MODEL_BACKUP_DIR = None
    with pytest.raises(NoBackupFolder):
        put_back(version)


days = st.lists(st.dates(date(2020, 1, 1), date(2030, 1, 1)), max_size=80)


@given(days)
def test_retention_keeps_the_newest_of_each_day_week_and_month(some: list[date]) -> None:
    kept = days_to_keep(some)
    assert kept <= set(some)
    assert kept >= set(sorted(set(some))[-7:])
    assert len(kept) <= 7 + 4 + 12
    newest_months = sorted({(day.year, day.month) for day in some})[-12:]
    for month in newest_months:
        assert max(day for day in some if (day.year, day.month) == month) in kept
    # Letting go twice is letting go once: nothing is lost by running it more often.
    assert days_to_keep(kept) == kept


def test_a_year_of_nights_keeps_seven_days_four_weeks_twelve_months() -> None:
    kept: set[date] = set()
    for number in range(800):
        kept = days_to_keep({*kept, date(2026, 1, 1) + timedelta(days=number)})
    assert kept == days_to_keep([date(2026, 1, 1) + timedelta(days=number) for number in range(800)])
    assert 7 + 2 + 10 <= len(kept) <= 7 + 4 + 12
