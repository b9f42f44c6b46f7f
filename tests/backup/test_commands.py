"""`afs backup` and `afs restore` as a person runs them, on real installs."""

from __future__ import annotations

import signal
from collections.abc import Callable
from pathlib import Path

from afsweb.backup.contents import check
from tests.services.conftest import Afs, directory, make_afs, wait_for

__all__ = ["directory", "make_afs"]


def secrets(afs: Afs) -> dict[str, str]:
    return {name: (afs.home / "secrets" / name).read_text() for name in ("afs_secret_key", "afs_field_key")}


def test_a_running_install_comes_back_in_another_home(make_afs: Callable[..., Afs]) -> None:
    first, second = make_afs(), make_afs()
    first.up()
    assert first.run("user", "create", "zelda", "--role", "reviewer").returncode == 0
    done = first.run("backup")
    assert done.returncode == 0, done.stderr
    backup = Path(done.stdout.splitlines()[0])
    assert backup.parent == first.home / "backups"
    assert "dumping the database" in done.stderr
    assert "whole" in first.run("backups", "list").stdout

    restored = second.run("restore", str(backup))
    assert restored.returncode == 0, restored.stderr
    assert "start with `afs up`" in restored.stdout
    assert secrets(second) == secrets(first)
    second.up()
    assert "zelda" in second.run("user", "list").stdout
    assert "one-time password" not in second.output()

    again = second.run("restore", str(backup))
    assert again.returncode == 1 and "already runs" in again.stderr
    second.run("stop")
    again = second.run("restore", str(backup))
    assert again.returncode == 1 and "Set AFS_HOME to a new folder" in again.stderr


def test_a_killed_backup_leaves_nothing_with_a_name(make_afs: Callable[..., Afs]) -> None:
    afs = make_afs()
    afs.up()
    folder = afs.home / "backups"
    process = afs.start("-m", "afsweb.cli", "backup")
    wait_for(lambda: list(folder.glob(".draft-*/database.dump")) or process.poll() is not None, "the dump")
    process.send_signal(signal.SIGKILL)
    process.wait(60)
    assert [path.name for path in folder.iterdir() if not path.name.startswith(".draft-")] == []
    done = afs.run("backup")
    assert done.returncode == 0
    check(Path(done.stdout.splitlines()[0]))


def test_a_damaged_backup_touches_nothing(make_afs: Callable[..., Afs], tmp_path: Path) -> None:
    afs = make_afs()
    done = afs.run("restore", str(tmp_path))
    assert done.returncode == 1 and "is no backup" in done.stderr
    assert not afs.home.exists()
