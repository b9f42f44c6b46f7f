"""Trying again while a link is broken, and doing a few things at once in their order."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Event
from typing import TypeVar

from afsweb.storage.errors import PlaceSilent, StorageError

T = TypeVar("T")
R = TypeVar("R")

PATIENCE = 180.0  # seconds without one answer after which a transfer gives up; a link is cut for a minute at a time
FIRST_PAUSE, LONGEST_PAUSE = 0.05, 5.0
SAID = 2  # how often a place must say no: one answer may have been changed on its way, as any other bytes


class Broken(Exception):
    """The answer did not come, or came damaged: worth another try."""


class Patience:
    """How long one transfer goes on trying, over all that it asks of `place`."""

    def __init__(self, place: str, seconds: float = PATIENCE) -> None:
        self.place, self.seconds = place, seconds
        self.closing = Event()

    def call(self, ask: Callable[[], T]) -> T:
        """What `ask` returns in the end. Raises `PlaceSilent`, and a refusal that was said `SAID` times."""
        began, pause, refusals = time.monotonic(), FIRST_PAUSE, 0
        while True:
            try:
                return ask()
            except StorageError:
                refusals += 1
                if refusals >= SAID:
                    raise
            except Broken as error:
                if time.monotonic() - began > self.seconds or self.closing.is_set():
                    raise PlaceSilent(place=self.place, seconds=f"{self.seconds:g}", problem=error) from error
            self.closing.wait(pause)
            pause = min(2 * pause, LONGEST_PAUSE)


def in_order(items: Iterable[T], do: Callable[[T], R], closing: Event, at_once: int) -> Generator[tuple[T, R]]:
    """Each item with what `do` made of it, in the order of the items; `at_once` of them are under way in threads.

    Never more than one result waits beside those under way. `closing` is set when the caller goes away early.
    """
    left = iter(items)
    under_way: deque[tuple[T, Future[R]]] = deque()
    with ThreadPoolExecutor(at_once) as pool:

        def begin() -> None:
            for item in left:
                under_way.append((item, pool.submit(do, item)))
                return

        try:
            for _ in range(at_once + 1):
                begin()
            while under_way:
                item, future = under_way.popleft()
                result = future.result()
                begin()
                yield item, result
        finally:
            closing.set()
            for _, future in under_way:
                future.cancel()
