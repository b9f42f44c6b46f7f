"""Room on the disk for the next checkpoint, looked at before it is written: half of one helps nobody."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from training_app.trainer.errors import NoRoom

# A checkpoint holds what is trained (4 bytes) and the optimizer's two moments (4 each), as long as none was weighed.
BYTES_EACH = 12
# The new one is whole before an old one goes.
TIMES = 2


class Room:
    """Knows how much the next checkpoint takes: what the last one took, or what is to be expected of the first."""

    def __init__(self, work: Path, expected: int) -> None:
        self._work = work
        self._bytes = expected

    def weigh(self, size_bytes: int) -> None:
        """Remember what a sealed checkpoint took."""
        self._bytes = size_bytes

    def check(self) -> None:
        """Raise `NoRoom` where less than twice a checkpoint is free."""
        free, needed = shutil.disk_usage(self._work).free, TIMES * self._bytes
        if free < needed:
            raise NoRoom(free=in_words(free), path=self._work, needed=in_words(needed))


def expected_bytes(model: Any) -> int:
    """What a checkpoint of this model will take."""
    trained: int = sum(one.numel() for one in model.parameters() if one.requires_grad)
    return BYTES_EACH * trained


def in_words(size_bytes: int) -> str:
    """A size for people, in MiB or GiB."""
    mib = size_bytes / (1 << 20)
    return f"{mib / 1024:.1f} GiB" if mib >= 1024 else f"{mib:.0f} MiB"
