"""Are the shared folders mounted, may we write there, and do we see what other machines wrote just now?

Each machine leaves a stamp there at every look. A folder that is not mounted, and a mount that shows an old state, hold
no fresh stamp of a machine that lives.
"""

from __future__ import annotations

import os
import time
from collections.abc import Collection, Sequence
from pathlib import Path

from afsweb.doctor.finding import Finding, bad, ok, skipped, warn

CHECK = "folders"
STAMPS = ".afsweb-stamps"
FRESH = 900.0  # seconds; a machine looks every five minutes, and clocks may differ a little


def check_folders(folders: Sequence[Path], name: str, living: Collection[str] = ()) -> list[Finding]:
    """One finding for each folder; `living`: the other machines that use it and live."""
    if not folders:
        return [skipped(CHECK, "No shared folder is named (AFS_SHARED_FOLDERS).")]
    return [check_folder(folder, name, living) for folder in folders]


def check_folder(folder: Path, name: str, living: Collection[str]) -> Finding:
    if not folder.is_dir():
        fix = "Mount it, or take it out of AFS_SHARED_FOLDERS."
        return bad(CHECK, f"{folder} is not there.", fix)
    try:
        _leave_stamp(folder, name)
    except OSError as error:
        fix = f"Give the user of the workers the right to write in {folder}, and mount it for writing."
        return bad(CHECK, f"{folder} cannot be written to ({error.strerror}).", fix)
    return _judge_stamps(folder, living)


def _leave_stamp(folder: Path, name: str) -> None:
    stamps = folder / STAMPS
    stamps.mkdir(exist_ok=True)
    draft = stamps / f"{name}.{os.getpid()}.draft"
    draft.write_text(str(time.time()), encoding="ascii")
    draft.replace(stamps / name)


def _judge_stamps(folder: Path, living: Collection[str]) -> Finding:
    stamps = folder / STAMPS
    missing = sorted(other for other in living if not (stamps / other).exists())
    stale = sorted(other for other in set(living) - set(missing) if _age(stamps / other) > FRESH)
    if missing:
        where = "lies on the disk of this machine itself" if not _is_mounted(folder) else "is mounted"
        text = f"{folder} {where}, and {', '.join(missing)} left no stamp in it."
        return warn(CHECK, text, "Mount the same folder on each machine, and name it in AFS_SHARED_FOLDERS there too.")
    if stale:
        text = (
            f"{folder} shows an old state: what {', '.join(stale)} wrote last is older than {FRESH / 60:.0f} minutes."
        )
        return warn(CHECK, text, "Mount it anew, without a cache of names (for NFS, actimeo=3).")
    return ok(
        CHECK,
        f"{folder} can be written to" + (f" and shows what {', '.join(sorted(living))} wrote." if living else "."),
    )


def _age(stamp: Path) -> float:
    """Seconds since the stamp was left, by the clocks of both machines."""
    try:
        return time.time() - float(stamp.read_text(encoding="ascii"))
    except (OSError, ValueError):
        return float("inf")


def _is_mounted(folder: Path) -> bool:
    return any(os.path.ismount(part) for part in (folder, *folder.parents) if part != Path(part.anchor))
