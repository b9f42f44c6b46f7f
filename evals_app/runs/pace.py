"""How fast answers come, and for how long there are questions left at that pace."""

from __future__ import annotations

import time
from collections import deque

WINDOW = 30.0  # seconds that the pace is measured over: a shorter one jumps with every slow answer


class Pace:
    """Told how many questions are open, now and then. It starts anew with each attempt."""

    def __init__(self, open_: int) -> None:
        self._seen = deque([(time.monotonic(), open_)])

    def say(self, open_: int) -> str:
        """In words, for people: `3.2 answers a second, about 2 min left`; "" until there is something to tell."""
        now = time.monotonic()
        self._seen.append((now, open_))
        while len(self._seen) > 2 and now - self._seen[0][0] > WINDOW:
            self._seen.popleft()
        began, before = self._seen[0]
        rate = (before - open_) / (now - began) if now > began else 0.0
        if rate <= 0:
            return ""
        return f"{_per(rate)}, {_left(open_ / rate)}"


def _per(rate: float) -> str:
    return f"{rate:.1f} answers a second" if rate >= 0.95 else f"{60 * rate:.1f} answers a minute"


def _left(seconds: float) -> str:
    if seconds < 1:
        return "nearly done"
    if seconds < 90:
        return f"about {seconds:.0f} s left"
    return f"about {seconds / 60:.0f} min left" if seconds < 5400 else f"about {seconds / 3600:.1f} h left"
