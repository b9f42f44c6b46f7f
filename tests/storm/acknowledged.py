"""What the hub said yes to: the storm may take none of it, and add nothing to it."""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import dataclass, field


@dataclass
class Acknowledged:
    """Kept by all who do something at the hub; threads may share it."""

    decisions: dict[str, tuple[str, str, str]] = field(default_factory=dict)  # key -> version, decision, reason
    files: dict[str, list[str]] = field(default_factory=dict)  # name -> the instructions of its rows
    counts: Counter[str] = field(default_factory=Counter)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def count(self, what: str, by: int = 1) -> None:
        """Something happened that the report tells."""
        with self.lock:
            self.counts[what] += by

    def take_decision(self, key: str, *told: str) -> None:
        version, decision, reason = told
        with self.lock:
            self.decisions[key] = (version, decision, reason)

    def take_file(self, name: str, instructions: list[str]) -> None:
        with self.lock:
            self.files[name] = instructions
