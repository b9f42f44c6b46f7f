"""The restore drill: an install with something of everything, backed up, comes back the same to the last byte."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from afsweb.backup.contents import check
from afsweb.backup.making import Install
from afsweb.backup.restoring import keys_of, restore
from afsweb.core.models import ProviderKey
from afsweb.llm.keys import reveal
from tests.backup.comparing import files_of, sequences_of, tables_of
from tests.backup.conftest import SECRET


def test_all_tables_and_all_files_come_back(install: Install, backup: Path, empty: Install) -> None:
    restore(backup, check(backup), empty)
    tables = tables_of(install.conninfo)
    assert tables_of(empty.conninfo) == tables
    assert sequences_of(empty.conninfo) == sequences_of(install.conninfo)
    assert files_of(empty.artifacts) == files_of(install.artifacts)
    assert files_of(empty.uploads) == files_of(install.uploads)
    rows = {name: count for name, (count, _) in tables.items()}
    assert rows["datasets_sample"] == 6 and rows["datasets_review"] == 4 and rows["core_artifact"] == 2
    assert rows["datasets_snapshotentry"] == 4 and rows["core_providerkey"] == 1
    assert len(files_of(install.uploads)) == 1


def test_the_backup_says_what_it_holds(install: Install, backup: Path) -> None:
    contents = check(backup)
    assert contents.rows == {name: count for name, (count, _) in tables_of(install.conninfo).items()}
    assert len(contents.artifacts) == 2 and not contents.missing
    assert ("core", "0001_initial") in contents.migrations
    assert contents.version == install.version
    assert backup.name == f"afsweb-{contents.made_at:%Y%m%d-%H%M%S}"


def test_the_keys_come_along_and_are_private(backup: Path, settings: Any) -> None:
    keys, key = keys_of(backup), ProviderKey.objects.get()
    settings.FIELD_KEY = "another"
    settings.FIELD_KEY = keys["AFS_FIELD_KEY"]
    assert reveal(key) == SECRET
    assert set(keys) == {"AFS_FIELD_KEY", "AFS_SECRET_KEY"}
    assert oct(backup.stat().st_mode & 0o777) == "0o700"
    assert {oct(path.stat().st_mode & 0o777) for path in (backup / "secrets").iterdir()} == {"0o600"}


def test_artifacts_cost_nothing_on_their_own_disk(install: Install, backup: Path) -> None:
    kept = [path for path in (backup / "artifacts").rglob("*") if path.is_file()]
    assert {path.stat().st_nlink for path in kept} == {2}
    assert files_of(backup / "artifacts") == files_of(install.artifacts)
