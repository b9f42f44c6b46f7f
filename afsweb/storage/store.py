"""Putting a folder into the store, and opening it again. Written aside, synced, then renamed: never half there."""

from __future__ import annotations

import errno
import hashlib
import os
import re
import shutil
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from afsweb.storage.errors import ArtifactDamaged, ArtifactMissing, NoRoom, NotAFile, NothingToStore
from afsweb.storage.manifest import Manifest, StoredFile, check_names

MANIFEST, FILES, INCOMING = "manifest.json", "files", ".incoming"
BLOCK = 1 << 20
ABANDONED_AFTER = 86_400  # seconds; a copy that a killed process left
_NAME = re.compile(r"[0-9a-f]{64}")


def store(folder: Path, root: Path) -> Manifest:
    """Copy every file below `folder` into the store at `root`; the manifest's sha256 is its name there.

    Storing equal content again changes nothing, and mends a stored copy that was damaged. Raises `NothingToStore`,
    `NotAFile`, `NameNotPortable`, `NoRoom`.
    """
    paths = list_files(folder)
    check_names([path.as_posix() for path in paths])
    with _aside(root) as aside:
        check_room(folder, paths, aside)
        manifest = Manifest.of(_copy(folder / path, path, aside / FILES) for path in paths)
        _write(aside / MANIFEST, manifest.data)
        _move_in(aside, root, manifest.sha256)
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

    @contextmanager
    def open(self, name: str) -> Iterator[Callable[[bytes], None]]:
        """A way to write the file `name`, hashed as it is written. Raises `NameNotPortable`, `NoRoom`."""
        check_names([name])
        path, digest = self.aside / FILES / name, hashlib.sha256()
        path.parent.mkdir(parents=True, exist_ok=True)

        def write(data: bytes) -> None:
            digest.update(data)
            writer.write(data)

        try:
            with path.open("xb", buffering=BLOCK) as writer:
                yield write
                writer.flush()
                os.fsync(writer.fileno())
        except OSError as error:
            raise self._no_room(path.stat().st_size) if error.errno == errno.ENOSPC else error from None
        self.files.append(StoredFile(name, path.stat().st_size, digest.hexdigest()))

    def _no_room(self, written: int) -> NoRoom:
        return NoRoom(needed=f"More than {written}", free=shutil.disk_usage(self.root).free, place=self.root)

    def finish(self) -> Manifest:
        """Put the files into the store under the sha256 of their manifest."""
        manifest = Manifest.of(self.files)
        _write(self.aside / MANIFEST, manifest.data)
        _move_in(self.aside, self.root, manifest.sha256)
        return manifest


def verify(root: Path, sha256: str) -> Path:
    """The folder with the files named `sha256`, each read and found unchanged.

    Raises `ArtifactMissing`, `ArtifactDamaged`.
    """
    place = place_of(root, sha256)
    if not (place / MANIFEST).is_file():
        raise ArtifactMissing(sha256=sha256, place=place)
    problem = _find_damage(place, sha256)
    if problem:
        raise ArtifactDamaged(sha256=sha256, place=place, problem=problem)
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
    """Delete what killed processes left half copied, a day later."""
    for path in root.glob(f"{INCOMING}/*"):
        if time.time() - path.stat().st_mtime > ABANDONED_AFTER:
            shutil.rmtree(path, ignore_errors=True)


def hash_file(path: Path) -> str:
    """The sha256 of a file's content."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextmanager
def _aside(root: Path) -> Iterator[Path]:
    """A folder in the store that nothing reads, gone at the end unless it was moved to its place."""
    aside = root / INCOMING / uuid.uuid4().hex
    remove_abandoned(root)
    aside.mkdir(parents=True)
    try:
        yield aside
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _copy(source: Path, path: Path, files: Path) -> StoredFile:
    """Copy one file and say what was written: the hash is of the copy, even if the original changes meanwhile."""
    target = files / path
    target.parent.mkdir(parents=True, exist_ok=True)
    digest, size = hashlib.sha256(), 0
    with source.open("rb") as reader, target.open("xb") as writer:
        while block := reader.read(BLOCK):
            writer.write(block)
            digest.update(block)
            size += len(block)
        writer.flush()
        os.fsync(writer.fileno())
    return StoredFile(path.as_posix(), size, digest.hexdigest())


def _write(path: Path, data: bytes) -> None:
    with path.open("xb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _move_in(aside: Path, root: Path, sha256: str) -> None:
    place = place_of(root, sha256)
    place.parent.mkdir(parents=True, exist_ok=True)
    if place.exists():
        if _find_damage(place, sha256) is None:
            return
        place.rename(aside.with_name(f"{aside.name}-damaged"))
    _sync_folders(aside)
    try:
        aside.rename(place)
    except OSError:
        # Another process stored the same content meanwhile; that its copy is whole is what counts.
        if not place.exists() or _find_damage(place, sha256):
            raise
    _sync_folder(place.parent)


def _find_damage(place: Path, sha256: str) -> str | None:
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
    return next((f"“{file.path}” has other content" for file in manifest.files if not _is_whole(place, file)), None)


def _is_whole(place: Path, file: StoredFile) -> bool:
    path = place / FILES / file.path
    return path.stat().st_size == file.size and hash_file(path) == file.sha256


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
