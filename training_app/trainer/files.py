"""Folders as lists of hashed files, and writing that outlives a power cut."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path


def sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def list_files(folder: Path, *, skip: Iterable[str] = ()) -> list[dict[str, object]]:
    """Every file below `folder`, by path: {path, size in bytes, sha256}."""
    found = sorted((path.relative_to(folder).as_posix(), path) for path in folder.rglob("*") if path.is_file())
    return [
        {"path": name, "size": path.stat().st_size, "sha256": sha256_of(path)}
        for name, path in found
        if name not in skip
    ]


def folder_sha256(folder: Path) -> str:
    """The name that afsweb.storage gives a folder with these files, so that events and artifacts can be compared."""
    return sha256_of_json({"format": 1, "files": list_files(folder)})


def total_bytes(files: Iterable[Mapping[str, object]]) -> int:
    return sum(int(str(file["size"])) for file in files)


def sha256_of_json(value: object) -> str:
    """The sha256 of a value's one canonical JSON text: sorted keys, no spaces."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def sync(path: Path) -> None:
    """Flush a file or folder to disk. Windows has no handle for folders and writes renames through by itself."""
    if path.is_dir() and os.name == "nt":
        return
    handle = os.open(path, os.O_RDONLY if os.name != "nt" else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_json(path: Path, value: object) -> None:
    """Write `value` as readable JSON, whole or not at all."""
    aside = path.with_name(f"{path.name}.part")
    aside.write_text(json.dumps(value, indent=2, sort_keys=True) + "\n", encoding="utf-8")
    sync(aside)
    aside.replace(path)
    sync(path.parent)
