"""Files on their way into the store: parts in any order, kept aside over every break until the whole is there.

A part counts when its bytes were verified and written; a line of a file in `marks/` says so. The whole gets its name
when each file has the sha256 of the manifest, whatever the marks say.
"""

from __future__ import annotations

import os
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

from afsweb.storage.errors import ArrivedDamaged, NoRoom, NotArrived, TransferBusy
from afsweb.storage.lock import held
from afsweb.storage.manifest import Manifest, StoredFile
from afsweb.storage.parts import BLOCK, Milestones, Part, fit, milestones_of, part_at, parts_of
from afsweb.storage.room import room_in
from afsweb.storage.store import (
    ARRIVING,
    FILES,
    MANIFEST,
    move_in,
    remove_abandoned,
    sync_file,
    write_file,
    write_milestones,
)

MARKS = "marks"
PATIENCE = 10.0  # seconds that a request waits for another one that is just writing


class Arriving:
    """What has arrived of one manifest's files. Hold `alone()` while you write."""

    def __init__(self, manifest: Manifest, root: Path) -> None:
        self.manifest, self.root = manifest, root
        self.aside = root / ARRIVING / manifest.sha256
        self.told: dict[str, Any] = {}  # the milestones that the source says
        self.passed: dict[str, Milestones] = {}  # those of what is here, of contents from their beginning on
        self.next: dict[str, Milestones] = {}  # and with the part that was looked at
        # Opened once: whoever receives in threads pays for each call of the system, as every one passes the lock on.
        self.opened: dict[Path, IO[bytes]] = {}
        self.opening, self.writing = threading.Lock(), threading.Lock()

    @classmethod
    def begun(cls, sha256: str, root: Path) -> Arriving | None:
        """What was begun under that name and is still aside."""
        with suppress(FileNotFoundError):
            return cls(Manifest.named(sha256, (root / ARRIVING / sha256 / MANIFEST).read_bytes()), root)
        return None

    @contextmanager
    def alone(self, wait: Callable[[], object] | None = None) -> Iterator[None]:
        """Keep other processes away from these files. While one is at them `wait` is called, which may raise; without
        one, raises `TransferBusy` in a while. Raises `DiskFull` for what is written inside.
        """
        until = time.monotonic() + PATIENCE

        def refuse() -> None:
            if time.monotonic() > until:
                raise TransferBusy(sha256=self.manifest.sha256)

        with held(self.aside.with_name(f"{self.manifest.sha256}.lock"), wait or refuse):
            try:
                with room_in(self.root):
                    yield
            finally:
                self._close()

    def begin(self) -> None:
        """Make the place aside. Raises `NoRoom`."""
        remove_abandoned(self.root)
        self.aside.mkdir(parents=True, exist_ok=True)
        needed, free = self.missing_bytes, shutil.disk_usage(self.aside).free
        if needed > free:
            raise NoRoom(needed=needed, free=free, place=self.aside)
        write_file(self.aside / MANIFEST, self.manifest.data)

    def has(self, file: StoredFile) -> set[int]:
        """The numbers of the parts of this content that are here."""
        with suppress(FileNotFoundError):
            return set(map(int, (self.aside / MARKS / file.sha256).read_bytes().split()))
        return set()

    def missing(self) -> Iterator[Part]:
        """The parts that are not here, in their order, of each content once."""
        for file in self.manifest.contents:
            there = self.has(file)
            yield from (part for part in parts_of(file) if part.number not in there)

    @property
    def missing_bytes(self) -> int:
        """Bytes of the parts that are not here."""
        return sum(map(len, self.missing()))

    def fits(self, part: Part, data: bytes | bytearray) -> bool:
        """Whether these are the bytes of the part, which is the first that is missing of its file.

        Where the source told no milestones, only a file's end shows that. Raises `ArrivedDamaged` when what is here of
        the file is not what it was.
        """
        passed = self._caught_up(part).then(data)
        self.next[part.file.sha256] = passed
        milestones = fit(part.file, self.told.get(part.file.sha256))
        return milestones is None or passed.sha256 == milestones[part.number]

    def _caught_up(self, part: Part) -> Milestones:
        """The milestones of its file up to this part; what came before this process is read."""
        file = part.file
        passed = self.passed.setdefault(file.sha256, Milestones())
        milestones = fit(file, self.told.get(file.sha256))
        for number in range(len(passed.passed), part.number):
            before = part_at(file, number)
            passed.update(before.read(self.path_of(file)))
            if passed.length != before.stop or (milestones and passed.passed[number] != milestones[number]):
                self.discard(file)
                raise ArrivedDamaged(path=file.path)
        return passed

    def keep(self, part: Part, data: bytes | bytearray) -> None:
        """Write a part whose bytes were verified; one that is here already is left as it is."""
        if part.number not in self.has(part.file):
            self.lay(part, data)
            self.count(part)

    def lay(self, part: Part, data: bytes | bytearray) -> None:
        """Write a part that does not count yet. Threads may lay several."""
        file = self._open(self.path_of(part.file), "r+b")
        # One at a time: two that write to one file at once only wait for each other inside the system.
        with self.writing:
            file.seek(part.start)
            with memoryview(data) as view:
                for start in range(0, len(view), BLOCK):
                    _write_all(file, view[start : start + BLOCK])
            if hasattr(os, "posix_fadvise"):  # Linux then begins to write to the disk, so that the end need not wait
                os.posix_fadvise(file.fileno(), part.start, len(part), os.POSIX_FADV_DONTNEED)

    def count(self, part: Part) -> None:
        """From now on the part that was laid is here."""
        _write_all(self._open(self.aside / MARKS / part.file.sha256, "ab"), memoryview(f"{part.number}\n".encode()))
        passed = self.next.pop(part.file.sha256, None)
        if passed and passed.length == part.stop:
            self.passed[part.file.sha256] = passed

    def take_over(self, file: StoredFile, path: Path) -> None:
        """Use the same content that lies in the store elsewhere: by a second name for it, else by a copy.

        The marks come first, so that nothing is ever written into a file that has two names.
        """
        self.discard(file)
        own = self.path_of(file)
        own.parent.mkdir(parents=True, exist_ok=True)
        self._mark_all(file)
        try:
            own.hardlink_to(path)
        except OSError:
            shutil.copyfile(path, own)

    def accept(self, file: StoredFile) -> bool:
        """Count what another program wrote at its place, when it is this content."""
        path = self.path_of(file)
        if not path.is_file() or path.stat().st_size != file.size:
            return False
        passed = milestones_of(path)
        if passed.sha256 != file.sha256:
            return False
        self.passed[file.sha256] = passed
        self._mark_all(file)
        return True

    def discard(self, file: StoredFile) -> None:
        """Forget what has arrived of this content."""
        self._close()
        self.path_of(file).unlink(missing_ok=True)
        (self.aside / MARKS / file.sha256).unlink(missing_ok=True)
        self.passed.pop(file.sha256, None)

    def finish(self) -> Path:
        """Give the whole its name in the store, and return the folder of its files.

        Raises `NotArrived`; `ArrivedDamaged`, and then what is damaged is thrown away.
        """
        missing = sum(1 for _ in self.missing())
        if missing:
            raise NotArrived(count=missing, sha256=self.manifest.sha256)
        self._close()  # Windows renames no folder with an open file in it
        for file in self.manifest.contents:
            self._check(file)
        self._spread()
        write_milestones(self.aside, {sha256: passed.all() for sha256, passed in self.passed.items()})
        shutil.rmtree(self.aside / MARKS, ignore_errors=True)
        place = move_in(self.aside, self.root, self.manifest.sha256)
        shutil.rmtree(self.aside, ignore_errors=True)
        return place / FILES

    def path_of(self, file: StoredFile) -> Path:
        """Where this content arrives."""
        return self.aside / FILES / file.path

    def _open(self, path: Path, mode: str) -> IO[bytes]:
        with self.opening:
            if path not in self.opened:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.touch()
                self.opened[path] = path.open(mode, buffering=0)
            return self.opened[path]

    def _close(self) -> None:
        while self.opened:
            self.opened.popitem()[1].close()

    def _mark_all(self, file: StoredFile) -> None:
        for part in parts_of(file):
            self.count(part)

    def _check(self, file: StoredFile) -> None:
        path = self.path_of(file)
        if not file.size:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch()
        passed = self.passed.get(file.sha256)
        if not path.is_file() or path.stat().st_size != file.size:
            passed = None
        elif passed is None or passed.length != file.size:
            passed = milestones_of(path)
        if passed is None or passed.sha256 != file.sha256:
            self.discard(file)
            raise ArrivedDamaged(path=file.path)
        self.passed[file.sha256] = passed
        sync_file(path)

    def _spread(self) -> None:
        """Give content that has several paths to each of them, and leave no other file beside them."""
        by_content = {file.sha256: self.path_of(file) for file in self.manifest.contents}
        for file in self.manifest.files:
            path, source = self.path_of(file), by_content[file.sha256]
            if path != source:
                path.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(source, path)
                sync_file(path)


def _write_all(file: IO[bytes], data: memoryview) -> None:
    """Write all of it: a file without a buffer takes what a disk has room for, and says that the disk is full the next
    time.
    """
    while data:
        data = data[file.write(data) :]
