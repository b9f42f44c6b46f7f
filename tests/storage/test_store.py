"""A folder goes into the store once, comes out verified, and damage is seen."""

from __future__ import annotations

import errno
import os
import shutil
from pathlib import Path

import pytest

from afsweb.storage import (
    ArtifactDamaged,
    ArtifactMissing,
    DiskFull,
    NameNotPortable,
    NoRoom,
    NotAFile,
    NothingToStore,
    store,
    storing,
    verify,
)
from afsweb.storage.room import FULL
from afsweb.storage.store import ABANDONED_AFTER, INCOMING, place_of


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "made"
    (made / "deep").mkdir(parents=True)
    (made / "a.txt").write_bytes(b"first\r\n")
    (made / "deep" / "b.bin").write_bytes(bytes(range(256)) * 9000)
    return made


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "store"


def test_what_goes_in_comes_out(folder: Path, root: Path) -> None:
    manifest = store(folder, root)
    files = verify(root, manifest.sha256)
    assert (files / "a.txt").read_bytes() == b"first\r\n"
    assert (files / "deep" / "b.bin").read_bytes() == (folder / "deep" / "b.bin").read_bytes()
    assert manifest.size == 7 + 256 * 9000


def test_the_name_depends_on_paths_and_bytes_alone(folder: Path, root: Path, tmp_path: Path) -> None:
    twin = tmp_path / "twin"
    (twin / "deep").mkdir(parents=True)
    (twin / "deep" / "b.bin").write_bytes((folder / "deep" / "b.bin").read_bytes())
    (twin / "a.txt").write_bytes(b"first\r\n")
    (twin / "a.txt").chmod(0o600)
    os.utime(twin / "a.txt", (1, 1))
    assert store(folder, root).sha256 == store(twin, root).sha256


def test_the_name_is_the_same_everywhere_and_forever(tmp_path: Path, root: Path) -> None:
    """The figure was computed with sha256sum, from the canonical manifest written by hand."""
    (tmp_path / "one").mkdir()
    (tmp_path / "one" / "é.txt").write_bytes(b"hello\n")
    assert store(tmp_path / "one", root).sha256 == "c0ce4cf46c3b1088648c96a9f81e1b9daf471385993967bc60dcca6f8284159c"


def test_storing_again_keeps_one_copy(folder: Path, root: Path) -> None:
    first = store(folder, root)
    inode = (verify(root, first.sha256) / "a.txt").stat().st_ino
    assert store(folder, root) == first
    assert (verify(root, first.sha256) / "a.txt").stat().st_ino == inode
    assert not list((root / INCOMING).iterdir())


@pytest.mark.parametrize("damage", ["change", "shorten", "remove", "add", "manifest", "link"])
def test_damage_is_seen(folder: Path, root: Path, damage: str) -> None:
    sha256 = store(folder, root).sha256
    files = verify(root, sha256)
    match damage:
        case "change":
            (files / "a.txt").write_bytes(b"First\r\n")
        case "shorten":
            (files / "deep" / "b.bin").write_bytes(b"")
        case "remove":
            (files / "a.txt").unlink()
        case "add":
            (files / "c.txt").write_bytes(b"more")
        case "manifest":
            (files.parent / "manifest.json").write_bytes(b"[]")
        case "link":
            (files / "a.txt").unlink()
            (files / "a.txt").symlink_to(folder / "a.txt")
    with pytest.raises(ArtifactDamaged):
        verify(root, sha256)


def test_storing_again_mends_a_damaged_copy(folder: Path, root: Path) -> None:
    sha256 = store(folder, root).sha256
    (verify(root, sha256) / "a.txt").write_bytes(b"other")
    store(folder, root)
    assert (verify(root, sha256) / "a.txt").read_bytes() == b"first\r\n"


def test_what_was_never_stored_is_missing(root: Path) -> None:
    with pytest.raises(ArtifactMissing, match="Copy them there"):
        verify(root, "0" * 64)


@pytest.mark.parametrize("name", ["", "..", "../../etc", "0" * 63, "G" * 64, "0" * 64 + "\n"])
def test_a_name_that_is_no_sha256_opens_nothing(root: Path, name: str) -> None:
    with pytest.raises(ValueError, match="not the name"):
        place_of(root, name)


def test_an_empty_folder_is_refused(tmp_path: Path, root: Path) -> None:
    (tmp_path / "empty" / "deep").mkdir(parents=True)
    with pytest.raises(NothingToStore):
        store(tmp_path / "empty", root)


@pytest.mark.parametrize("name", ["a.txt", "deep/b.bin", "deep"])
def test_links_are_refused(folder: Path, root: Path, name: str) -> None:
    (folder / "link").symlink_to(folder / name)
    with pytest.raises(NotAFile, match="link"):
        store(folder, root)


def test_no_room_is_said_before_anything_is_written(folder: Path, root: Path, tmp_path: Path) -> None:
    with (folder / "huge.bin").open("wb") as sparse:
        sparse.truncate(shutil.disk_usage(folder).free + (1 << 30))
    with pytest.raises(NoRoom, match="Free some space"):
        store(folder, root)
    assert not list((root / INCOMING).iterdir())


def test_a_killed_copy_is_cleaned_up_a_day_later(folder: Path, root: Path) -> None:
    for name, age in (("old", ABANDONED_AFTER + 60), ("new", 60)):
        (root / INCOMING / name).mkdir(parents=True)
        os.utime(root / INCOMING / name, times=(then := (root / INCOMING).stat().st_mtime - age, then))
    store(folder, root)
    assert [path.name for path in (root / INCOMING).iterdir()] == ["new"]


def test_what_is_written_straight_into_it_has_the_name_of_a_stored_folder(folder: Path, root: Path) -> None:
    with storing(root) as files:
        for name in ("a.txt", "deep/b.bin"):
            with files.open(name) as write:
                for block in ((folder / name).read_bytes()[:5], (folder / name).read_bytes()[5:]):
                    write(block)
        manifest = files.finish()
    assert manifest == store(folder, root)
    assert (verify(root, manifest.sha256) / "a.txt").read_bytes() == b"first\r\n"
    assert not list((root / INCOMING).iterdir())


def test_what_was_not_finished_is_gone(root: Path) -> None:
    with pytest.raises(KeyboardInterrupt), storing(root) as files, files.open("a.txt") as write:
        write(b"half")
        raise KeyboardInterrupt
    assert not list((root / INCOMING).iterdir())


def test_a_disk_that_fills_up_is_no_room(root: Path) -> None:
    for number in FULL:
        with pytest.raises(DiskFull, match="Free some space"), storing(root) as files, files.open("a.txt"):
            raise OSError(number, os.strerror(number))
    with pytest.raises(PermissionError), storing(root) as files, files.open("a.txt"):
        raise PermissionError(errno.EACCES, "Permission denied")
    assert not list((root / INCOMING).iterdir())


def test_a_name_that_is_not_portable_is_not_written(root: Path) -> None:
    with pytest.raises(NameNotPortable), storing(root) as files, files.open("con.txt"):
        pass
