"""What the training takes of the machine, read beside it every two seconds: CPU, memory, GPUs, energy."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from training_app.trainer.events import EventLog
from training_app.trainer.nvidia import Card, open_cards

EVERY = 2.0  # seconds
JOULES_PER_WH = 3600.0
STATUS = Path("/proc/self/status")  # proc_pid_status(5), Linux alone


class Sampler(threading.Thread):
    """Writes a `reading` every two seconds while its block lasts, and one at the end.

    A reading: `step`, `cpu_percent` (100 is one core), `rss_bytes`, `peak_bytes` (the most that tensors took of the
    GPU, or without one the process of the machine), `gpus` (what `Card.read` gives of each), `wh`: watt-hours of the
    cards since the reading before, None without a card that says so.
    """

    def __init__(self, events: EventLog, every: float = EVERY) -> None:
        super().__init__(name="sampler", daemon=True)
        self._events, self._every = events, every
        self._ended = threading.Event()
        self._cards: list[Card] = []
        self._read_at = time.monotonic()

    def __enter__(self) -> Self:
        import psutil

        self._process = psutil.Process()
        self._process.cpu_percent()  # the first call begins the interval, and says 0
        self._cards = open_cards()
        self.start()
        return self

    def __exit__(self, _kind: type[BaseException] | None, _error: object, _trace: TracebackType | None) -> None:
        self._ended.set()
        self.join()
        self._tell()

    def run(self) -> None:
        while not self._ended.wait(self._every):
            self._tell()

    def _tell(self) -> None:
        now = time.monotonic()
        seconds, self._read_at = now - self._read_at, now
        gpus = [card.read() for card in self._cards]
        watts = [gpu["watts"] for gpu in gpus if gpu["watts"] is not None]
        self._events.write(
            "reading",
            step=self._events.step or 0,
            cpu_percent=self._process.cpu_percent(),
            rss_bytes=self._process.memory_info().rss,
            peak_bytes=peak_bytes(),
            gpus=gpus,
            wh=sum(watts) * seconds / JOULES_PER_WH if watts else None,
        )


def peak_bytes() -> int:
    """The most that was allocated: of the GPU in tensors, by torch's count; without a GPU, of the machine."""
    import torch

    if torch.cuda.is_available():
        return sum(torch.cuda.max_memory_allocated(at) for at in range(torch.cuda.device_count()))
    return _peak_resident()


def _peak_resident() -> int:
    import psutil

    memory: Any = psutil.Process().memory_info()
    if hasattr(memory, "peak_wset"):  # Windows
        return int(memory.peak_wset)
    # Linux hands ru_maxrss down through exec(2), so it would be the peak of whoever started the training.
    if STATUS.exists():
        kib = next(line.split()[1] for line in STATUS.read_text().splitlines() if line.startswith("VmHWM:"))
        return int(kib) * 1024
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss  # bytes on macOS: getrusage(2) there
