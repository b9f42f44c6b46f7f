"""Sealed checkpoints: a folder that a kill at any moment leaves either whole or unseen."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from training_app.trainer.files import list_files, sha256_of_json, sync, total_bytes, write_json

ASIDE, CHECKPOINTS, MANIFEST = "aside", "checkpoints", "SEALED.json"


class Damaged(Exception):
    """A checkpoint is not what its manifest says; the text is the reason."""


@dataclass(frozen=True)
class Sealed:
    """A checkpoint that was found whole. `sha256` is its manifest's; `identity` what it was made with."""

    step: int
    folder: Path
    sha256: str
    size_bytes: int
    identity: dict[str, object]


def seal(aside: Path, work_dir: Path, step: int, identity: dict[str, object]) -> Sealed:
    """Make the folder `aside` the sealed checkpoint of `step`: hash, flush, manifest last, rename."""
    files = list_files(aside, skip=[MANIFEST])
    for file in files:
        sync(aside / str(file["path"]))
    manifest = {"step": step, "identity": identity, "files": files}
    write_json(aside / MANIFEST, manifest)
    target = folder_of(work_dir, step)
    target.parent.mkdir(exist_ok=True)
    # Only a damaged one can stand there: a run goes on from the newest whole one.
    _discard(target, work_dir)
    aside.rename(target)
    sync(target.parent)
    return Sealed(step, target, sha256_of_json(manifest), total_bytes(files), identity)


def folder_of(work_dir: Path, step: int) -> Path:
    """Where the sealed checkpoint of a step lies."""
    return work_dir / CHECKPOINTS / f"step-{step:08d}"


def open_sealed(folder: Path) -> Sealed:
    """Check every file against the manifest, size and sha256. Raises `Damaged`, also for a file it does not list."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        step, identity, files = int(manifest["step"]), dict(manifest["identity"]), list(manifest["files"])
        found = list_files(folder, skip=[MANIFEST])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Damaged(f"its manifest cannot be read ({error})") from None
    wrong = {file["path"] for file in files + found if file not in files or file not in found}
    if wrong:
        raise Damaged(f"{', '.join(sorted(wrong))} is not what was sealed")
    return Sealed(step, folder, sha256_of_json(manifest), total_bytes(files), identity)


def latest_sealed(work_dir: Path, on_damage: Callable[[str], object] = str) -> Sealed | None:
    """The newest whole checkpoint, or None. Each newer one that is damaged is told to `on_damage` and passed over."""
    for folder in reversed(_folders(work_dir)):
        try:
            return open_sealed(folder)
        except Damaged as error:
            on_damage(f"The checkpoint {folder.name} is damaged and was passed over: {error}.")
    return None


def prune(work_dir: Path, keep: int, spare: int | None = None) -> list[int]:
    """Remove all but the newest `keep` checkpoints and that of step `spare`; return the steps of those removed."""
    removed = [folder for folder in _folders(work_dir)[:-keep] if spare is None or folder != folder_of(work_dir, spare)]
    for folder in removed:
        _discard(folder, work_dir)
    return [int(folder.name.removeprefix("step-")) for folder in removed]


def clear_aside(work_dir: Path) -> Path:
    """An empty folder to write in before sealing; what a killed trainer left there is gone."""
    aside = work_dir / ASIDE
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir(parents=True)
    return aside


def _folders(work_dir: Path) -> list[Path]:
    return sorted((work_dir / CHECKPOINTS).glob("step-" + "[0-9]" * 8))


def _discard(folder: Path, work_dir: Path) -> None:
    """Rename away, then delete: a kill in between leaves no half-deleted checkpoint in sight."""
    if folder.exists():
        doomed = work_dir / ASIDE / f"removed-{folder.name}"
        shutil.rmtree(doomed, ignore_errors=True)
        folder.rename(doomed)
        shutil.rmtree(doomed)
