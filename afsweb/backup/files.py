"""Putting a folder of unchanging files somewhere else: linked, which costs nothing, or copied."""

from __future__ import annotations

import os
import shutil
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ABANDONED_AFTER = 86_400  # seconds; what a killed process left


def put(source: Path, target: Path) -> None:
    """Make `target` hold the files of the folder `source`, each linked where the disk can, else copied.

    Raises FileNotFoundError when `source` is not there, and what the disk says. What `target` holds already stays.
    """
    if not source.is_dir():
        raise FileNotFoundError(source)
    target.mkdir(parents=True, exist_ok=True)
    for path in sorted(source.rglob("*")):
        place = target / path.relative_to(source)
        if path.is_dir():
            place.mkdir(exist_ok=True)
        elif not place.exists():
            link_or_copy(path, place)


def link_or_copy(source: Path, target: Path) -> None:
    """One file, which nobody changes: by a second name for it, or, on another disk or one without links, by a copy."""
    try:
        os.link(source, target)
    except FileNotFoundError:
        raise
    except OSError:
        shutil.copyfile(source, target)


def same_disk(first: Path, second: Path) -> bool:
    """Whether a file of one place can be linked into the other."""
    return first.stat().st_dev == second.stat().st_dev


def existing(place: Path) -> Path:
    """The place, or the nearest folder above it that is there."""
    while not place.exists():
        place = place.parent
    return place


@contextmanager
def draft_in(parent: Path, prefix: str = ".draft-") -> Iterator[Path]:
    """A folder in `parent`, private, and gone at the end unless it was renamed; those that were abandoned go too."""
    parent.mkdir(parents=True, exist_ok=True)
    for path in parent.glob(f"{prefix}*"):
        if time.time() - path.stat().st_mtime > ABANDONED_AFTER:
            shutil.rmtree(path, ignore_errors=True)
    draft = parent / f"{prefix}{uuid.uuid4().hex}"
    draft.mkdir(mode=0o700)
    try:
        yield draft
    finally:
        shutil.rmtree(draft, ignore_errors=True)
