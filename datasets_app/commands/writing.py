"""Lines that a command writes, to a file or to standard output."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO

from afsweb.terminal import CannotWrite, say


def write_lines(lines: Iterable[bytes], path: Path | None) -> None:
    """Write `lines` to the file and say how many; without a path to standard output. Raises CannotWrite."""
    if path is None:
        _write(lines, sys.stdout.buffer)
        return
    try:
        with path.open("wb") as file:
            count = _write(lines, file)
    except OSError as error:
        raise CannotWrite(path=path, reason=error.strerror or error) from None
    say(f"{count:,} lines written to {path}")


def _write(lines: Iterable[bytes], file: BinaryIO) -> int:
    count = 0
    for line in lines:
        file.write(line)
        count += 1
    return count
