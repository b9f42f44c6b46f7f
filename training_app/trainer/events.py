"""What the trainer tells: `events.jsonl`, one JSON object a line, only ever appended to."""

from __future__ import annotations

import json
import os
import threading
from datetime import UTC, datetime
from pathlib import Path

EVENTS = "events.jsonl"


class EventLog:
    """Appends events with rising `seq`, over all attempts of one run. Each line is flushed at once.

    Threads may share it. `step` is the last one told; None before the training began.
    """

    def __init__(self, path: Path) -> None:
        self.step: int | None = None
        self._lock = threading.Lock()
        self._seq = _repair(path)
        self._file = path.open("a", encoding="utf-8", newline="\n")

    def write(self, kind: str, **fields: object) -> None:
        """Append one event. Raises ValueError for a number that JSON cannot hold."""
        with self._lock:
            at = datetime.now(UTC).isoformat(timespec="milliseconds")
            line = json.dumps({"seq": self._seq + 1, "at": at, "type": kind, **fields}, allow_nan=False)
            self._file.write(f"{line}\n")
            self._file.flush()
            self._seq += 1
        if kind in ("started", "log"):
            self.step = int(str(fields.get("step", fields.get("resumed_from")) or 0))

    def sync(self) -> None:
        """Make what was written outlive a power cut."""
        os.fsync(self._file.fileno())

    def close(self) -> None:
        self._file.close()


class Unwritten(EventLog):
    """What the other processes of a run tell: the first one has told it."""

    def __init__(self) -> None:
        self.step = None

    def write(self, kind: str, **fields: object) -> None: ...

    def sync(self) -> None: ...

    def close(self) -> None: ...


def _repair(path: Path) -> int:
    """Cut off a line that a killed trainer left half-written; return the last `seq`, 0 when there is none."""
    if not path.exists():
        return 0
    data = path.read_bytes()
    whole = data[: data.rfind(b"\n") + 1]
    if len(whole) < len(data):
        os.truncate(path, len(whole))
    lines = whole.splitlines()
    return int(json.loads(lines[-1])["seq"]) if lines else 0
