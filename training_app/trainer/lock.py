"""One trainer at a time in a work folder, held by the operating system: a killed one lets go by itself."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from training_app.trainer.errors import WorkDirBusy

# A trainer whose parent died is still sealing its last checkpoint; two minutes cover a large one.
PATIENCE_S = 120.0


@contextmanager
def hold(work_dir: Path, patience_s: float = PATIENCE_S) -> Iterator[None]:
    """Hold `work_dir` for this process; wait up to `patience_s` seconds for another, then raise `WorkDirBusy`."""
    work_dir.mkdir(parents=True, exist_ok=True)
    with (work_dir / "lock").open("w") as file:
        deadline = time.monotonic() + patience_s
        while not _take(file):
            if time.monotonic() > deadline:
                raise WorkDirBusy(path=work_dir)
            time.sleep(0.1)
        yield


def _take(file: IO[str]) -> bool:
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
