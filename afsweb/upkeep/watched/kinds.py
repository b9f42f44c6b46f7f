"""What lies in a watched folder: files of samples, folders that are one model, and the rest."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from afsweb.core.models import WatchedKind
from afsweb.storage import Manifest, StoredFile
from afsweb.storage.store import hash_file, list_files

SAMPLES = (".jsonl", ".json", ".csv", ".tsv", ".parquet", ".pq")
# What peft and transformers name their files (huggingface.co/docs/peft, docs/transformers: save_pretrained).
ADAPTER, MODEL, WEIGHTS = "adapter_config.json", "config.json", ".safetensors"
# Younger files may still be being written: a copy over a network stops and goes on.
SETTLED_SECONDS = 60.0


@dataclass(frozen=True)
class Seen:
    """A file, or a folder that is one model: its path below the watched folder, files, bytes, newest change."""

    path: str
    kind: WatchedKind
    files: int
    size: int
    modified_ns: int


def look_into(folder: Path, passed_by: list[Path], now: float | None = None) -> Iterator[Seen]:
    """What lies below `folder`, by path, without hidden files, links, names no database can keep, and `passed_by`."""
    newest = ((now or time.time()) - SETTLED_SECONDS) * 1e9
    for directory, names, files in os.walk(folder):
        place = Path(directory)
        names[:] = sorted(name for name in names if _is_ours(place / name) and place / name not in passed_by)
        plain = sorted(name for name in files if _is_ours(place / name))
        kind = kind_of_folder(plain)
        if kind:
            names[:] = []
            found = [_seen_folder(folder, place, kind)]
        else:
            found = [_seen_file(folder, place / name) for name in plain]
        yield from (one for one in found if one and one.modified_ns < newest)


def kind_of_folder(names: list[str]) -> WatchedKind | None:
    """What a folder with files of these names is as a whole; None for a plain folder."""
    if not any(name.endswith(WEIGHTS) for name in names):
        return None
    if ADAPTER in names:
        return WatchedKind.ADAPTER
    return WatchedKind.BASE_MODEL if MODEL in names else None


def kind_of_file(name: str) -> WatchedKind:
    """Whether a file may hold samples."""
    return WatchedKind.SAMPLES if name.lower().endswith(SAMPLES) else WatchedKind.OTHER


def hash_of(place: Path) -> str:
    """The sha256 of a file's content; of a folder, the name that afsweb.storage would give it."""
    if place.is_file():
        return hash_file(place)
    files = [(path.as_posix(), place / path) for path in list_files(place)]
    return Manifest.of(StoredFile(name, path.stat().st_size, hash_file(path)) for name, path in files).sha256


def _is_ours(path: Path) -> bool:
    try:
        path.name.encode()
    except UnicodeEncodeError:  # bytes that are no UTF-8
        return False
    return not path.name.startswith(".") and not path.is_symlink() and (path.is_dir() or path.is_file())


def _seen_file(folder: Path, path: Path) -> Seen | None:
    try:
        status = path.stat()
    except OSError:  # gone since it was listed
        return None
    return Seen(path.relative_to(folder).as_posix(), kind_of_file(path.name), 1, status.st_size, status.st_mtime_ns)


def _seen_folder(folder: Path, place: Path, kind: WatchedKind) -> Seen | None:
    try:
        every = [path.stat() for path in place.rglob("*") if path.is_file() and not path.is_symlink()]
    except OSError:
        return None
    name = place.relative_to(folder).as_posix()
    size, newest = sum(one.st_size for one in every), max(one.st_mtime_ns for one in every)
    return Seen(name, kind, len(every), size, newest)
