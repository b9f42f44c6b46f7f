"""Files that have their final name and are not whole, on the hub and on every host."""

from __future__ import annotations

import marshal
import sys
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from afsweb.services.bytecode import CHECKOUT, PACKAGES
from afsweb.storage import StorageError, verify
from afsweb.storage.store import hash_file
from datasets_app.models import Source
from training_app.trainer.checkpoints import Damaged, open_sealed

HEADER = 16  # bytes of a .pyc before its code (PEP 552)


def half_files(homes: Iterable[Path]) -> list[str]:
    """What each AFS_HOME has of them: stored content, checkpoints, uploads that a source waits for; and our modules."""
    found = [found for home in homes for found in (*_stored(home), *_checkpoints(home), *_uploads(home))]
    return found + list(compiled(CHECKOUT / package for package in PACKAGES))


def _stored(home: Path) -> Iterator[str]:
    for place in (home / "artifacts").glob("[0-9a-f][0-9a-f]/*"):
        try:
            verify(home / "artifacts", place.name)
        except StorageError as error:
            yield str(error)


def _checkpoints(home: Path) -> Iterator[str]:
    for folder in (home / "work" / "runs").glob("*/checkpoints/step-*"):
        try:
            open_sealed(folder)
        except Damaged as error:
            yield f"{folder}: {error}"


def compiled(packages: Iterable[Path]) -> Iterator[str]:
    """Compiled modules of this Python that it cannot load: half of one has lost the end of its code."""
    for path in (path for package in packages for path in package.rglob(f"*.{sys.implementation.cache_tag}.pyc")):
        try:
            marshal.loads(path.read_bytes()[HEADER:])
        except (EOFError, ValueError, TypeError) as error:
            yield f"{path}: {error}"


def _uploads(home: Path) -> Iterator[str]:
    """An upload is named in the row that says its sha256; one without a row is nobody's, and never read."""
    known = dict(Source.objects.exclude(upload="").values_list("upload", "sha256"))
    for path in (home / "uploads").glob("*/*"):
        name = path.relative_to(home / "uploads").as_posix()
        with suppress(FileNotFoundError):
            if name in known and hash_file(path) != known[name]:
                yield f"{path}: not what was uploaded"
