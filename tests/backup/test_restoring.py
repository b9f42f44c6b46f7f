"""A backup is restored into an empty install, whole or not at all."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import psycopg
import pytest

from afsweb.backup.contents import check
from afsweb.backup.errors import BackupNewer, NotEmpty, RowsDiffer, ServerOlder
from afsweb.backup.making import Install
from afsweb.backup.restoring import refuse_newer, restore
from afsweb.core.migrating import known_migrations
from afsweb.storage import NoRoom
from tests.backup.comparing import files_of, tables_of
from tests.backup.test_broken import Enough


def test_an_install_with_data_is_left_as_it_is(install: Install, backup: Path) -> None:
    before = tables_of(install.conninfo)
    with pytest.raises(NotEmpty, match="Set AFS_HOME to a new folder"):
        restore(backup, check(backup), install)
    assert tables_of(install.conninfo) == before


def test_one_table_is_data_too(empty: Install, backup: Path) -> None:
    with psycopg.connect(empty.conninfo) as connection:
        connection.execute("CREATE TABLE somebodys (id int)")
    with pytest.raises(NotEmpty, match="1 tables"):
        restore(backup, check(backup), empty)
    assert not empty.artifacts.exists()


def test_a_backup_of_a_newer_version_is_refused(backup: Path) -> None:
    contents = check(backup)
    refuse_newer(backup, contents, known_migrations())
    newer = replace(contents, version="9.9.0", migrations=contents.migrations | {("core", "9999_of_the_future")})
    with pytest.raises(BackupNewer, match=r"afsweb 9.9.0 .*core.9999_of_the_future"):
        refuse_newer(backup, newer, known_migrations())


def test_an_older_server_is_refused(backup: Path, empty: Install) -> None:
    with pytest.raises(ServerOlder, match="Postgres 99"):
        restore(backup, replace(check(backup), postgres=99), empty)


def test_too_small_a_disk_is_said_before_it_is_full(backup: Path, empty: Install) -> None:
    with pytest.raises(NoRoom, match="are needed"):
        restore(backup, replace(check(backup), database_bytes=1 << 60), empty)
    assert tables_of(empty.conninfo) == {}


@pytest.mark.parametrize("step", ["bringing the artifacts", "restoring the database"])
def test_one_that_is_broken_off_leaves_an_empty_database_and_can_be_begun_again(
    step: str, install: Install, backup: Path, empty: Install, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("afsweb.backup.telling.TICK", 0.0)

    def stop(_done: int, _total: int, note: str) -> None:
        if note == step:
            raise Enough

    with pytest.raises(Enough):
        restore(backup, check(backup), empty, stop)
    assert tables_of(empty.conninfo) == {}
    restore(backup, check(backup), empty)
    assert tables_of(empty.conninfo) == tables_of(install.conninfo)
    assert files_of(empty.artifacts) == files_of(install.artifacts)


def test_a_damaged_artifact_that_lay_there_is_replaced(install: Install, backup: Path, empty: Install) -> None:
    sha256 = next(iter(check(backup).artifacts))
    half = empty.artifacts / sha256[:2] / sha256 / "files"
    half.mkdir(parents=True)
    (half / "half.bin").write_bytes(b"half")
    restore(backup, check(backup), empty)
    assert files_of(empty.artifacts) == files_of(install.artifacts)


def test_other_tables_than_the_backup_says_are_found(backup: Path, empty: Install) -> None:
    contents = check(backup)
    lying = replace(contents, rows={**contents.rows, "datasets_sample": 7})
    with pytest.raises(RowsDiffer, match="datasets_sample has 6 rows for 7"):
        restore(backup, lying, empty)
