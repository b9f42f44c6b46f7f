"""One process at a time at the files on their way to one name, held by the system: a killed one lets go by itself."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

LOOK = 0.02  # seconds between two tries


@contextmanager
def held(path: Path, wait: Callable[[], object]) -> Iterator[None]:
    """Hold the lock file at `path`; while another has it `wait` is called, which may raise to give up."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as file:
        while not _take(file):
            wait()
            time.sleep(LOOK)
        yield


def _take(file: IO[str]) -> bool:
    try:
        if sys.platform == "win32":
            import msvcrt

            file.seek(0)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
