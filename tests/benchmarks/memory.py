"""How much memory a stretch of work takes, in a process that has done other things before."""

from __future__ import annotations

import threading
from pathlib import Path

import psutil

EVERY = 0.02  # seconds


def peak_mib() -> float:
    """The most that this process held since it began. `ru_maxrss` would be its parent's, which exec(2) hands down."""
    status = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in status if line.startswith("VmHWM:"))


class Peak:
    """The most memory that this process held while the block ran, in MB, and by how much it `grew`."""

    def __enter__(self) -> Peak:
        self._process, self._over = psutil.Process(), threading.Event()
        self.before = self.megabytes = self._held()
        self._watch = threading.Thread(target=self._look, daemon=True)
        self._watch.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._over.set()
        self._watch.join()

    @property
    def grew(self) -> float:
        """MB beyond what was held when the block began."""
        return self.megabytes - self.before

    def _look(self) -> None:
        while not self._over.wait(EVERY):
            self.megabytes = max(self.megabytes, self._held())

    def _held(self) -> float:
        return float(self._process.memory_info().rss / 1e6)
