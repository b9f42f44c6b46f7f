"""A disk that fills up while files are written: said in words."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from afsweb.storage.errors import DiskFull

# No space, no quota, and no longer a file: the last is what a limit on file sizes and some file systems say.
FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def is_full(error: OSError) -> bool:
    """Whether the system says that it holds no more."""
    return error.errno in FULL


@contextmanager
def room_in(place: Path) -> Iterator[None]:
    """Write files at `place` inside the block. Raises `DiskFull` when they do not fit."""
    try:
        yield
    except OSError as error:
        if is_full(error):
            raise DiskFull(place=place, reason=error.strerror) from error
        raise
