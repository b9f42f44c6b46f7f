"""Rows and files that the tests of the upkeep start from."""

from __future__ import annotations

import os
import time
from pathlib import Path

from afsweb.core.models import Host, WatchedItem, WatchedKind

OLD = 3600.0  # seconds: what was written so long ago is not being written any more


def make_watched(host: Host, path: str = "new.jsonl", **changes: object) -> WatchedItem:
    """A file of samples in a folder that `host` watches, as a look found it."""
    facts = {"kind": WatchedKind.SAMPLES, "size_bytes": 10, "modified_ns": 1, "sha256": "a" * 64, **changes}
    return WatchedItem.objects.create(host=host, folder="/somewhere", path=path, **facts)


def write_old(path: Path, content: bytes | str) -> Path:
    """A file that has lain there for an hour."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    os.utime(path, (time.time() - OLD,) * 2)
    return path
