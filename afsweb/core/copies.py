"""Second copies of stored files in a folder that a setting names, verified by reading what was written."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings

from afsweb.refusal import Refusal
from afsweb.storage import ArtifactDamaged, ArtifactMissing, store, verify


class FolderNotThere(Refusal):
    """The folder {folder}, which {setting} names, is not there. Mount its disk, or make the folder."""


@dataclass(frozen=True)
class Copied:
    """What became of one file set: bytes written (0: it was there, whole), and whether a damaged copy was replaced."""

    written: int
    mended: bool


def existing(folder: Path, setting: str) -> Path:
    """The folder, if it is there. Raises `FolderNotThere`.

    It is not made here: below an empty mount point a copy would fill the wrong disk, and be hidden later.
    """
    if not folder.is_dir():
        raise FolderNotThere(folder=folder, setting=setting)
    return folder


def keep_copy(sha256: str, root: Path) -> Copied:
    """Have the files named `sha256` in the store at `root`, whole: copied from this machine's unless they are there.

    Raises `StorageError`.
    """
    mended = False
    try:
        verify(root, sha256)
        return Copied(0, False)
    except ArtifactMissing:
        pass
    except ArtifactDamaged:
        mended = True
    manifest = store(verify(settings.ARTIFACT_DIR, sha256), root)
    verify(root, manifest.sha256)
    return Copied(manifest.size, mended)


def place_in(root: Path, sha256: str) -> Path:
    """Where the store at `root` keeps the files named `sha256`, there or not (afsweb.storage says so)."""
    return root / sha256[:2] / sha256


def read_json(path: Path) -> Any:
    """What `write_json` wrote; None where nothing readable is."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def write_json(path: Path, content: Any) -> None:
    """Write `content` as readable JSON, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f"{path.name}.part")
    with aside.open("w", encoding="utf-8") as file:
        json.dump(content, file, indent=1, ensure_ascii=False, sort_keys=True)
        file.flush()
        os.fsync(file.fileno())
    aside.replace(path)
