"""A full disk without being root: the system lets some processes write no file beyond a few bytes (RLIMIT_FSIZE).

A write then fails with EFBIG in the middle of a file, where a full disk says ENOSPC. Linux alone can set the limit of
another process; children inherit it.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress

import psutil
import pytest

ROOM = 4096  # bytes that a file may still have


def can_fill() -> bool:
    """Whether this system lets us do it."""
    return sys.platform == "linux"


@contextmanager
def full_disk() -> Iterator[None]:
    """This process itself finds the disk full for as long as the block lasts; skips the test where that cannot be."""
    if not can_fill():
        pytest.skip("only Linux sets the limit of a running process")
    fill([psutil.Process()])
    try:
        yield
    finally:
        empty([psutil.Process()])


def fill(processes: Iterable[psutil.Process]) -> None:
    """From now on these processes, and what they start, find the disk full."""
    _limit(processes, ROOM)


def empty(processes: Iterable[psutil.Process]) -> None:
    """These processes, and all that they started, have room again."""
    for one in processes:
        with suppress(psutil.Error):
            _limit([one], None)  # first: what it starts from here on has room
            _limit(one.children(recursive=True), None)


def _limit(processes: Iterable[psutil.Process], most: int | None) -> None:
    for one in processes:
        with suppress(psutil.Error):  # it has ended
            _, hard = one.rlimit(psutil.RLIMIT_FSIZE)
            one.rlimit(psutil.RLIMIT_FSIZE, (hard if most is None else most, hard))
