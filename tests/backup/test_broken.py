"""A backup that was broken off, or changed afterwards, is never taken for a whole one."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from afsweb.backup.contents import check
from afsweb.backup.errors import BackupDamaged, CannotKeepThere, FormatNewer, NotABackup, ProgramFailed, ProgramMissing
from afsweb.backup.making import Install, make_backup
from afsweb.backup.programs import find_program, run_program, without_password
from afsweb.backup.telling import TICK


class Enough(Exception):
    """Somebody asked it to stop."""


@pytest.fixture(autouse=True)
def talkative(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every step is told, so that each can be stopped at."""
    assert TICK > 0
    monkeypatch.setattr("afsweb.backup.telling.TICK", 0.0)


def test_it_can_be_stopped_at_each_step_and_leaves_nothing(install: Install, places: Path) -> None:
    notes: list[str] = []
    make_backup(install, places / "told", lambda done, total, note: notes.append(note))
    assert {"dumping the database", "dumped the database", "keeping the artifacts"} <= set(notes)
    for step in sorted(set(notes)):

        def stop(_done: int, _total: int, note: str, step: str = step) -> None:
            if note == step:
                raise Enough

        with pytest.raises(Enough):
            make_backup(install, places / "backups", stop)
        assert list((places / "backups").iterdir()) == []
    assert sorted(path.name for path in install.artifacts.iterdir() if path.name.startswith(".held")) == []


def test_what_is_done_never_goes_back_or_over_the_whole(install: Install, places: Path) -> None:
    told: list[tuple[int, int]] = []
    make_backup(install, places / "backups", lambda done, total, _note: told.append((done, total)))
    assert all(0 <= done <= total for done, total in told)
    assert told[-1][0] == told[-1][1]


def flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.unlink()  # its second name is the install's own file
    path.write_bytes(data)


def file_of_an_artifact(backup: Path) -> Path:
    return next((backup / "artifacts").rglob("weights.safetensors"))


CHANGES: dict[str, Callable[[Path], object]] = {
    "a flipped bit of the dump": lambda backup: flip(backup / "database.dump"),
    "a dump cut short": lambda backup: os.truncate(backup / "database.dump", 100),
    "no dump": lambda backup: (backup / "database.dump").unlink(),
    "a flipped bit of an artifact": lambda backup: flip(file_of_an_artifact(backup)),
    "a file of an artifact gone": lambda backup: file_of_an_artifact(backup).unlink(),
    "an artifact gone": lambda backup: shutil.rmtree(next((backup / "artifacts").iterdir())),
    "another key": lambda backup: (backup / "secrets" / "afs_field_key").write_text("another"),
    "a key more": lambda backup: (backup / "secrets" / "afs_other_key").write_text("another"),
    "an upload gone": lambda backup: next((backup / "uploads").rglob("*.jsonl")).unlink(),
    "another count": lambda backup: edit(backup, lambda content: content["rows"].update(datasets_sample=0)),
    "one artifact less": lambda backup: edit(backup, lambda content: content["artifacts"].popitem()),
}


def edit(backup: Path, change: Callable[[dict[str, dict[str, int]]], object]) -> None:
    content = json.loads((backup / "backup.json").read_text())
    change(content)
    (backup / "backup.json").write_text(json.dumps(content))


def test_each_change_is_found(backup: Path, tmp_path: Path) -> None:
    missed = []
    for name, change in CHANGES.items():
        changed = shutil.copytree(backup, tmp_path / name)
        check(changed)
        change(changed)
        try:
            check(changed)
        except BackupDamaged as error:
            assert "Do not use it" in str(error)
        else:
            missed.append(name)
    assert missed == []


def test_a_folder_without_its_list_is_no_backup(backup: Path, tmp_path: Path) -> None:
    (backup / "backup.json").unlink()
    for folder in (backup, tmp_path / "nowhere"):
        with pytest.raises(NotABackup, match="is no backup"):
            check(folder)


@pytest.mark.parametrize("text", ["", "[]", "{}", "not json", '{"seal": 1}'])
def test_a_list_that_is_none_is_no_backup(tmp_path: Path, text: str) -> None:
    (tmp_path / "backup.json").write_text(text)
    with pytest.raises(NotABackup):
        check(tmp_path)


def test_one_of_a_later_format_is_refused(tmp_path: Path) -> None:
    (tmp_path / "backup.json").write_text('{"seal": "", "format": 99}')
    with pytest.raises(FormatNewer, match="format 99"):
        check(tmp_path)


def test_a_folder_that_cannot_be_written_is_named(install: Install, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("here is a file")
    with pytest.raises(CannotKeepThere, match="Nothing can be written in"):
        make_backup(install, tmp_path / "file")


def test_a_program_that_fails_says_why(install: Install) -> None:
    with pytest.raises(ProgramFailed, match="no matching tables were found"):
        run_program(find_program("pg_dump", 14), ["--table=nothing"], install.conninfo, lambda: None)


def test_no_program_is_old_enough_for_a_server_of_the_future() -> None:
    with pytest.raises(ProgramMissing, match="The database is Postgres 99"):
        find_program("pg_dump", 99)


def test_the_password_is_on_no_command_line() -> None:
    target, env = without_password("postgresql://afs:a%20secret@127.0.0.1:1/afsweb?sslmode=require")
    assert "secret" not in target and "sslmode=require" in target
    assert env["PGPASSWORD"] == "a secret"
