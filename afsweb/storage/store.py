"""Putting a folder into the store, and opening it again. Written aside, synced, then renamed: never half there."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from afsweb.storage.errors import ArtifactDamaged, ArtifactMissing, NoRoom, NotAFile, NothingToStore
from afsweb.storage.manifest import Manifest, StoredFile, check_names
from afsweb.storage.parts import BLOCK, Milestones, milestones_of
from afsweb.storage.room import room_in

MANIFEST, FILES, PARTS = "manifest.json", "files", "parts.json"
INCOMING, ARRIVING = ".incoming", ".arriving"
ABANDONED_AFTER = 86_400  # seconds; a copy that a killed process left
GIVEN_UP_AFTER = 7 * 86_400  # seconds; a transfer that nobody went on with
_NAME = re.compile(r"[0-9a-f]{64}")


def store(folder: Path, root: Path) -> Manifest:
    """Copy every file below `folder` into the store at `root`; the manifest's sha256 is its name there.

    Storing equal content again changes nothing, and mends a stored copy that was damaged. Raises `NothingToStore`,
    `NotAFile`, `NameNotPortable`, `NoRoom`, `DiskFull`.
    """
    paths = list_files(folder)
    check_names([path.as_posix() for path in paths])
    with _aside(root) as aside:
        check_room(folder, paths, aside)
        milestones: dict[str, list[str]] = {}
        manifest = Manifest.of(_copy(folder / path, path, aside / FILES, milestones) for path in paths)
        write_file(aside / MANIFEST, manifest.data)
        write_milestones(aside, milestones)
        move_in(aside, root, manifest.sha256)
    return manifest


@contextmanager
def storing(root: Path) -> Iterator[Storing]:
    """Write large files straight into the store, each byte once: open them with `Storing.open`, then `finish`.

    What is not finished when the block ends is gone.
    """
    with _aside(root) as aside:
        yield Storing(root, aside)


class Storing:
    """Files on their way into the store."""

    def __init__(self, root: Path, aside: Path) -> None:
        self.root, self.aside = root, aside
        self.files: list[StoredFile] = []
        self.milestones: dict[str, list[str]] = {}

    @contextmanager
    def open(self, name: str) -> Iterator[Callable[[bytes], None]]:
        """A way to write the file `name`, hashed as it is written. Raises `NameNotPortable`, `DiskFull`."""
        check_names([name])
        path, passed = self.aside / FILES / name, Milestones()
        path.parent.mkdir(parents=True, exist_ok=True)

        def write(data: bytes) -> None:
            passed.update(data)
            writer.write(data)

        with room_in(self.root), path.open("xb", buffering=BLOCK) as writer:
            yield write
            writer.flush()
            os.fsync(writer.fileno())
        self.files.append(StoredFile(name, passed.length, passed.sha256))
        self.milestones[passed.sha256] = passed.all()

    def finish(self) -> Manifest:
        """Put the files into the store under the sha256 of their manifest."""
        manifest = Manifest.of(self.files)
        write_file(self.aside / MANIFEST, manifest.data)
        write_milestones(self.aside, self.milestones)
        move_in(self.aside, self.root, manifest.sha256)
        return manifest


def verify(root: Path, sha256: str) -> Path:
    """The folder with the files named `sha256`, each read and found unchanged.

    Raises `ArtifactMissing`, `ArtifactDamaged`.
    """
    place = place_of(root, sha256)
    if not (place / MANIFEST).is_file():
        raise ArtifactMissing(sha256=sha256, place=place)
    milestones: dict[str, list[str]] = {}
    problem = _find_damage(place, sha256, milestones)
    if problem:
        raise ArtifactDamaged(sha256=sha256, place=place, problem=problem)
    if (place / PARTS).is_file() and read_milestones(place) != _long(milestones):
        write_milestones(place, milestones)
    return place / FILES


def remove(root: Path, sha256: str) -> None:
    """Delete the content named `sha256`, if it is there: out of its place at once, then from the disk."""
    place, aside = place_of(root, sha256), root / INCOMING / uuid.uuid4().hex
    if place.exists():
        aside.parent.mkdir(parents=True, exist_ok=True)
        place.rename(aside)
        shutil.rmtree(aside)


def place_of(root: Path, sha256: str) -> Path:
    """Where the content named `sha256` lies in the store at `root`. Raises ValueError for what is no sha256."""
    if not _NAME.fullmatch(sha256):
        raise ValueError(f"{sha256[:80]!r} is not the name of stored content")
    return root / sha256[:2] / sha256


def list_files(folder: Path) -> list[Path]:
    """The files below `folder`, relative to it, in order. Raises `NothingToStore`, `NotAFile`."""
    found = []
    for directory, names, files in os.walk(folder):
        for name in (*names, *files):
            path = Path(directory, name)
            if path.is_symlink() or not (path.is_file() or path.is_dir()):
                raise NotAFile(path=path.relative_to(folder).as_posix())
        found += [Path(directory, name).relative_to(folder) for name in files]
    if not found:
        raise NothingToStore(folder=folder)
    return sorted(found)


def check_room(folder: Path, paths: list[Path], place: Path) -> None:
    """Raise `NoRoom` before the disk is full rather than after."""
    needed, free = sum((folder / path).stat().st_size for path in paths), shutil.disk_usage(place).free
    if needed > free:
        raise NoRoom(needed=needed, free=free, place=place)


def remove_abandoned(root: Path) -> None:
    """Delete what killed processes left half copied, a day later, and transfers that nobody went on with for a week."""
    for place, patience in ((INCOMING, ABANDONED_AFTER), (ARRIVING, GIVEN_UP_AFTER)):
        for path in root.glob(f"{place}/*"):
            with suppress(FileNotFoundError):
                if time.time() - path.stat().st_mtime > patience:
                    _delete(path)


def _delete(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def hash_file(path: Path) -> str:
    """The sha256 of a file's content."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextmanager
def _aside(root: Path) -> Iterator[Path]:
    """A folder in the store that nothing reads, gone at the end unless it was moved to its place. Raises `DiskFull`."""
    aside = root / INCOMING / uuid.uuid4().hex
    remove_abandoned(root)
    try:
        with room_in(root):
            aside.mkdir(parents=True)
            yield aside
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _copy(source: Path, path: Path, files: Path, milestones: dict[str, list[str]]) -> StoredFile:
    """Copy one file and say what was written: the hash is of the copy, even if the original changes meanwhile."""
    target, passed = files / path, Milestones()
    target.parent.mkdir(parents=True, exist_ok=True)
    with source.open("rb") as reader, target.open("xb") as writer:
        while block := reader.read(BLOCK):
            writer.write(block)
            passed.update(block)
        writer.flush()
        os.fsync(writer.fileno())
    milestones[passed.sha256] = passed.all()
    return StoredFile(path.as_posix(), passed.length, passed.sha256)


def write_milestones(place: Path, milestones: dict[str, list[str]]) -> None:
    """Keep the milestones of the files that have more than one part, by their sha256, beside the manifest."""
    write_file(place / PARTS, json.dumps(_long(milestones), sort_keys=True).encode())


def _long(milestones: dict[str, list[str]]) -> dict[str, list[str]]:
    return {sha256: passed for sha256, passed in milestones.items() if len(passed) > 1}


def read_milestones(place: Path) -> dict[str, Any]:
    """What is kept of them there; nothing where nothing can be read."""
    try:
        kept = json.loads((place / PARTS).read_bytes())
    except (OSError, ValueError):
        return {}
    return kept if isinstance(kept, dict) else {}


def milestones_at(root: Path, sha256: str) -> dict[str, Any]:
    """Those of stored content; of what was stored before they were kept they are read from its files, once."""
    place = place_of(root, sha256)
    if not (place / PARTS).is_file():
        manifest = Manifest.from_bytes((place / MANIFEST).read_bytes())
        write_milestones(
            place, {file.sha256: milestones_of(place / FILES / file.path).all() for file in manifest.contents}
        )
    return read_milestones(place)


def write_file(path: Path, data: bytes) -> None:
    """Write a small file so that it is whole or not there, also after a power cut."""
    aside = path.with_name(f"{path.name}.{uuid.uuid4().hex}")
    aside.write_bytes(data)
    sync_file(aside)
    aside.replace(path)


def sync_file(path: Path) -> None:
    """Wait until the disk has the file's content."""
    with path.open("r+b") as file:
        os.fsync(file.fileno())


def move_in(aside: Path, root: Path, sha256: str) -> Path:
    """Put the whole folder `aside` at the place of its name, unless the same lies there whole; returns the place."""
    place = place_of(root, sha256)
    place.parent.mkdir(parents=True, exist_ok=True)
    if place.exists():
        if _find_damage(place, sha256) is None:
            return place
        remove(root, sha256)
    _sync_folders(aside)
    try:
        aside.rename(place)
    except OSError:
        # Another process stored the same content meanwhile; that its copy is whole is what counts.
        if not place.exists() or _find_damage(place, sha256):
            raise
    _sync_folder(place.parent)
    return place


def _find_damage(place: Path, sha256: str, milestones: dict[str, list[str]] | None = None) -> str | None:
    try:
        data = (place / MANIFEST).read_bytes()
        manifest = Manifest.from_bytes(data)
        present = {path.as_posix() for path in list_files(place / FILES)}
    except (OSError, ValueError, KeyError, TypeError, NotAFile, NothingToStore) as error:
        return f"its manifest or its files cannot be read ({error})"
    if hashlib.sha256(data).hexdigest() != sha256:
        return "its manifest is another one"
    if present != {file.path for file in manifest.files}:
        return "files were added or taken away"
    for file in manifest.files:
        path = place / FILES / file.path
        passed = milestones_of(path) if path.stat().st_size == file.size else None
        if passed is None or passed.sha256 != file.sha256:
            return f"“{file.path}” has other content"
        if milestones is not None:
            milestones[file.sha256] = passed.all()
    return None


def _sync_folders(folder: Path) -> None:
    for directory, _, _ in os.walk(folder):
        _sync_folder(Path(directory))


def _sync_folder(folder: Path) -> None:
    if os.name == "nt":  # Windows cannot open a directory, and needs no sync to keep a rename
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
