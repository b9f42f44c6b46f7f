from __future__ import annotations

from collections.abc import Generator

import pytest

from afsweb.accounts.tries import _store


@pytest.fixture(autouse=True)
def no_tries_yet() -> Generator[None]:
    """The counts of log-in tries live in Valkey and outlive a test's transaction."""
    yield
    store = _store()
    for key in store.scan_iter("afsweb:tries:*"):
        store.delete(key)
