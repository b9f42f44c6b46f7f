"""Doing something with the hub's database from here, through its absences."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from django.db import InterfaceError, OperationalError, connection

T = TypeVar("T")
AGAIN = 0.5  # seconds
PATIENCE = 180.0


def patiently(act: Callable[[], T]) -> T:
    """What `act` returns, done again as long as the database is away."""
    until = time.monotonic() + PATIENCE
    while True:
        try:
            return act()
        except (OperationalError, InterfaceError):
            if time.monotonic() > until:
                raise
            time.sleep(AGAIN)
        finally:
            connection.close()


def wait_for(true: Callable[[], object], seconds: float) -> float | None:
    """After how many seconds it was true; None when it was not within `seconds`."""
    begin = time.monotonic()
    while not patiently(true):
        if time.monotonic() - begin > seconds:
            return None
        time.sleep(AGAIN)
    return time.monotonic() - begin
