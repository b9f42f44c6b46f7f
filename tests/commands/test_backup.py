"""`afs backup` and `afs backups`, in this process; real installs are in tests/backup/test_commands.py."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from afsweb.core.models import Artifact, Backup, Event
from afsweb.storage.store import place_of
from tests.backup.conftest import artifact, places
from tests.backup.test_broken import flip
from tests.commands.conftest import Afs
from tests.rows import make_backup_row

__all__ = ["artifact", "places"]


@pytest.fixture
def made(afs: Afs, artifact: Artifact) -> Path:
    """Where `afs backup` says that it is."""
    said = afs("backup")
    assert said.status == 0, said.err
    return Path(said.out.splitlines()[0])


def test_it_says_where_it_is_and_what_it_holds(afs: Afs, made: Path, places: Path) -> None:
    assert made.parent == places / "backups"
    backup = Backup.objects.get()
    assert (backup.place, backup.artifact_count, backup.created_by) == (str(made), 1, None)
    assert Event.objects.get(verb="back up").source == "cli"
    said = afs("backups", "list")
    assert str(made) in said.out and "whole" in said.out


def test_it_goes_where_it_is_told(afs: Afs, artifact: Artifact, tmp_path: Path) -> None:
    said = afs("backup", tmp_path / "elsewhere")
    assert said.status == 0 and said.out.startswith(str(tmp_path / "elsewhere" / "afsweb-"))
    assert "1 artifacts" in said.out


def test_a_folder_that_cannot_be_written_is_refused(afs: Afs, artifact: Artifact, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("here is a file")
    said = afs("backup", tmp_path / "file")
    assert said.status == 1 and "Nothing can be written in" in said.err
    assert not Backup.objects.exists()


def test_what_is_missing_is_said(afs: Afs, artifact: Artifact, places: Path) -> None:
    shutil.rmtree(place_of(places / "artifacts", artifact.sha256))
    said = afs("backup")
    assert said.status == 1 and "1 artifact was damaged or gone already" in said.err
    assert "incomplete" in afs("backups", "list").out


def test_verify_reads_it_again_and_remembers(afs: Afs, made: Path) -> None:
    assert (afs("backups", "verify", made).status, Backup.objects.get().problem) == (0, "")
    flip(made / "database.dump")
    said = afs("backups", "verify", made)
    assert said.status == 1 and "is missing or has other content" in said.err
    assert "is missing or has other content" in Backup.objects.get().problem
    assert "not to be used" in afs("backups", "list").out


def test_verify_needs_nothing_but_the_folder(afs: Afs, made: Path) -> None:
    Backup.objects.all().delete()
    said = afs("backups", "verify", made)
    assert said.status == 0 and "whole, made" in said.out
    assert not Backup.objects.exists()


def test_verify_refuses_what_is_none(afs: Afs, db: None, tmp_path: Path) -> None:
    said = afs("backups", "verify", tmp_path)
    assert said.status == 1 and "is no backup" in said.err


def test_the_list_says_what_to_do_while_there_is_none(afs: Afs, db: None) -> None:
    assert "afs backup makes one" in afs("backups", "list").out
    make_backup_row()
    assert "/nowhere/afsweb-20261011-030000" in afs("backups", "list").out
