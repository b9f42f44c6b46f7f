"""How work that takes long says how far it is, and hears that it should stop."""

from __future__ import annotations

import time
from collections.abc import Callable

Tell = Callable[[int, int, str], None]
"""Takes bytes done, bytes in all, and what is being done; raises when the work should stop."""
TICK = 0.5  # seconds between two words


def silence(_done: int, _total: int, _note: str) -> None:
    """Tell nobody."""


class Progress:
    """Counts bytes over the parts of one piece of work, and tells of it at most every TICK seconds."""

    def __init__(self, tell: Tell, total: int) -> None:
        self.tell, self.total = tell, total
        self.done, self.next_at = 0, 0.0

    def add(self, count: int, note: str) -> None:
        """`count` more bytes are done."""
        self.done += count
        self.say(note)

    def say(self, note: str, *, ahead: int = 0) -> None:
        """Tell, when it is time to, with `ahead` bytes of the part that is under way."""
        if time.monotonic() >= self.next_at:
            self.next_at = time.monotonic() + TICK
            self.tell(min(self.done + ahead, self.total), self.total, note)
