"""When to stop: a STOP file in the work folder, or standard input closed by a parent that ended."""

from __future__ import annotations

import os
import sys
import threading
from pathlib import Path

STOP = "STOP"


class StopSignal:
    """Asked once a step. The trainer never removes the STOP file: who starts the next attempt does."""

    def __init__(self, work_dir: Path, *, watch_stdin: bool) -> None:
        self._file = work_dir / STOP
        self._closed = threading.Event()
        if watch_stdin:
            threading.Thread(target=self._wait_for_end, daemon=True).start()

    def asked(self) -> bool:
        return self._closed.is_set() or self._file.exists()

    def _wait_for_end(self) -> None:
        while os.read(sys.stdin.fileno(), 4096):
            pass
        self._closed.set()
