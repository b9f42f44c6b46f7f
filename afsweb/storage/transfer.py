"""Fetching stored content from a place that has it, sending it to the hub: verified, going on after any break."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple, Protocol, TypeAlias

from afsweb.storage.arriving import Arriving
from afsweb.storage.errors import (
    ArrivedDamaged,
    ArtifactDamaged,
    ArtifactMissing,
    NotArrived,
    PlaceDamaged,
    PlaceRefuses,
)
from afsweb.storage.manifest import Manifest
from afsweb.storage.parts import Part, parts_of
from afsweb.storage.patience import Patience, in_order
from afsweb.storage.rsync import bring
from afsweb.storage.store import FILES, MANIFEST, place_of, verify

AT_ONCE = 2  # parts that are sent at once: while one waits for its answer the other fills the link
RUN = 64  # parts that one request asks for, at most: after these the hub looks anew who asks for what
ROUNDS, TRIES = 3, 8  # of a whole that is sent, of a part that comes damaged
LOOK = 0.5  # seconds between two looks whether another process has fetched it

Bytes: TypeAlias = bytes | bytearray
Tell = Callable[[int, int], object]  # bytes that are there, bytes of all; may raise to stop, and what came stays
Beside = Callable[[str], Path | None]  # a stored file with this sha256 that lies on this machine already


def tell_nobody(_done: int, _total: int) -> None:
    """Nobody asks how far it is."""


def find_nothing(_sha256: str) -> None:
    """No other content is looked at."""


class Source(Protocol):
    """A place that content is fetched from. Each method raises `Broken` for what another try may mend."""

    name: str

    def manifest(self, sha256: str) -> bytes: ...

    def milestones(self, sha256: str) -> dict[str, Any]:
        """Those of its files of more than one part, by their sha256, as far as it knows; believed when they fit."""

    def read(self, sha256: str, parts: Sequence[Part]) -> Iterator[Bytes]:
        """The bytes of parts that follow each other in a file, each as it has come."""


class Target(Protocol):
    """The hub as one that content is sent to. Each method raises `Broken` for what another try may mend."""

    name: str

    def begin(self, manifest: Manifest) -> dict[str, set[int]] | None:
        """The parts that are there, for each content; None when the whole is."""

    def send(self, sha256: str, part: Part, data: bytes) -> None: ...

    def finish(self, sha256: str) -> None: ...


def fetch(
    sha256: str,
    source: Source,
    root: Path,
    *,
    tell: Tell = tell_nobody,
    beside: Beside = find_nothing,
    rsync_from: str = "",
    patience: float | None = None,
) -> Path:
    """The folder of the files named `sha256`, fetched from `source` unless they lie in `root`, verified either way.

    With `rsync_from`, a store as rsync writes it, what rsync can bring comes from there. Goes on with what an earlier
    try received. Nothing takes its place before the whole is verified. Raises
    `PlaceSilent`, `PlaceRefuses`, `PlaceLacks`, `PlaceDamaged`, `BadManifest`, `NoRoom`, and what `tell` raises.
    """
    with suppress(ArtifactMissing, ArtifactDamaged):
        return verify(root, sha256)
    trying = Patience(source.name) if patience is None else Patience(source.name, patience)
    manifest = trying.call(lambda: Manifest.named(sha256, source.manifest(sha256)))
    arriving = Arriving(manifest, root)

    def wait() -> None:
        tell(0, manifest.size)
        time.sleep(LOOK)

    with arriving.alone(wait):
        with suppress(ArtifactMissing, ArtifactDamaged):  # whoever held it has fetched it
            return verify(root, sha256)
        arriving.begin()
        arriving.told = trying.call(lambda: source.milestones(sha256))
        _take_over(arriving, beside)
        if rsync_from:
            bring(arriving, rsync_from)
        try:
            return _receive(arriving, source, trying, tell)
        except ArrivedDamaged:
            # What lay aside may have been damaged here; what comes damaged twice is so at its source.
            with suppress(ArrivedDamaged):
                return _receive(arriving, source, trying, tell)
            damaged = next(arriving.missing(), None)
            path = damaged.file.path if damaged else "a file"
            raise PlaceDamaged(path=path, place=source.name) from None


def _take_over(arriving: Arriving, beside: Beside) -> None:
    for file in arriving.manifest.contents:
        path = None if arriving.has(file) else beside(file.sha256)
        if path is not None:
            arriving.take_over(file, path)


def _receive(arriving: Arriving, source: Source, trying: Patience, tell: Tell) -> Path:
    sha256, total = arriving.manifest.sha256, sum(file.size for file in arriving.manifest.contents)
    missing = list(arriving.missing())
    done = total - sum(map(len, missing))
    coming = _coming(source, sha256, missing, trying)
    trying.closing.clear()
    tell(done, total)

    def take(part: Part) -> Bytes:
        data = next(coming)
        arriving.lay(part, data)
        return data

    # One thread receives and writes what this one then looks at.
    with closing(in_order(missing, take, trying.closing, 1)) as parts:
        for part, data in parts:
            _make_sure(arriving, source, trying, part, data)
            arriving.count(part)
            done += len(part)
            tell(done, total)
    return arriving.finish()


def _coming(source: Source, sha256: str, parts: list[Part], trying: Patience) -> Iterator[Bytes]:
    """The bytes of each part, in their order."""
    for run in _runs(parts):
        asking = Asking(source, sha256, deque(run))
        while asking.left:
            yield trying.call(asking.next)


@dataclass
class Asking:
    """One request for what is left of a run of parts; after a break it is another one, for the rest."""

    source: Source
    sha256: str
    left: deque[Part]
    answer: Iterator[Bytes] = field(default_factory=lambda: iter(()))

    def next(self) -> Bytes:
        """The bytes of the next part. Raises as `Source.read` does."""
        data = next(self.answer, None)
        if data is None:
            self.answer = self.source.read(self.sha256, tuple(self.left))
            data = next(self.answer)
        self.left.popleft()
        return data


def _runs(parts: list[Part]) -> Iterator[list[Part]]:
    """The parts in lists of those that follow each other in a file, `RUN` at most."""
    run: list[Part] = []
    for part in parts:
        if run and (len(run) == RUN or part.file != run[-1].file or part.start != run[-1].stop):
            yield run
            run = []
        run.append(part)
    if run:
        yield run


def _make_sure(arriving: Arriving, source: Source, trying: Patience, part: Part, data: Bytes) -> None:
    """Ask for the part again, alone, until it is right. Raises `PlaceDamaged` where it does not become so."""
    for _ in range(TRIES):
        if arriving.fits(part, data):
            return
        data = trying.call(lambda: next(iter(source.read(arriving.manifest.sha256, (part,)))))
        arriving.lay(part, data)
    raise PlaceDamaged(path=part.file.path, place=source.name)


def send(
    sha256: str,
    root: Path,
    target: Target,
    *,
    tell: Tell = tell_nobody,
    patience: float | None = None,
) -> None:
    """Send the files named `sha256` in the store at `root` to `target`, but for what it has already.

    Goes on with what an earlier try sent. Raises `ArtifactMissing`, `ArtifactDamaged`, `PlaceSilent`, `PlaceRefuses`,
    and what `tell` raises.
    """
    manifest = _own_manifest(sha256, root)
    trying = Patience(target.name) if patience is None else Patience(target.name, patience)
    for _ in range(ROUNDS):
        there = trying.call(lambda: target.begin(manifest))
        if there is None:
            return
        _send_missing(Sending(manifest, place_of(root, sha256) / FILES, there), target, trying, tell)
        with suppress(ArrivedDamaged, NotArrived):
            trying.call(lambda: target.finish(sha256))
            return
        verify(root, sha256)  # what arrives damaged again and again may be so here
    raise PlaceRefuses(place=target.name, reason="what was sent is not there when all is sent. Verify its disk.")


class Sending(NamedTuple):
    """What is sent, the folder of its files, and the parts that are there already for each content."""

    manifest: Manifest
    folder: Path
    there: dict[str, set[int]]

    def missing(self) -> list[Part]:
        """The parts that are not there, in their order."""
        parts = (part for file in self.manifest.contents for part in parts_of(file))
        return [part for part in parts if part.number not in self.there.get(part.file.sha256, ())]


def _own_manifest(sha256: str, root: Path) -> Manifest:
    place = place_of(root, sha256)
    try:
        return Manifest.named(sha256, (place / MANIFEST).read_bytes())
    except FileNotFoundError:
        raise ArtifactMissing(sha256=sha256, place=place) from None


def _send_missing(sending: Sending, target: Target, trying: Patience, tell: Tell) -> None:
    missing, sha256 = sending.missing(), sending.manifest.sha256
    total = sum(file.size for file in sending.manifest.contents)
    done = total - sum(map(len, missing))

    def send_part(part: Part) -> None:
        data = part.read(sending.folder / part.file.path)
        trying.call(lambda: target.send(sha256, part, data))

    trying.closing.clear()
    tell(done, total)
    with closing(in_order(missing, send_part, trying.closing, AT_ONCE)) as sent:
        for part, _ in sent:
            done += len(part)
            tell(done, total)
    trying.closing.clear()
