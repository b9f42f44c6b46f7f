"""Processes, their children, and signals to all of them at once."""

from __future__ import annotations

import signal
from collections.abc import Iterable
from contextlib import suppress

import psutil


def children(pid: int) -> list[psutil.Process]:
    """All that descend from `pid`; none when it is gone."""
    with suppress(psutil.NoSuchProcess):
        return list(psutil.Process(pid).children(recursive=True))
    return []


def alive(pid: int) -> bool:
    """Whether it runs. One that nobody has waited for yet does not."""
    with suppress(psutil.NoSuchProcess):
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    return False


def signal_all(processes: Iterable[psutil.Process], number: signal.Signals = signal.SIGKILL) -> None:
    """Send each the signal; those that are gone have no use for it."""
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            process.send_signal(number)
