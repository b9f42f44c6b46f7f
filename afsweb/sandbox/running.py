"""Run one program in an empty folder of its own, and read what it left there."""

from __future__ import annotations

import math
import os
import shutil
import signal
import subprocess
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from afsweb.refusal import Refusal

_OUT, _ERR = "stdout", "stderr"
_BLOCK, _OPEN_FILES = 512, 64
# The shell sets the limits: a function that runs between fork and exec may deadlock where there are threads. macOS has
# no limit of address space.
_LIMITED = (
    'ulimit -c 0; ulimit -n "$1"; ulimit -t "$2"; ulimit -f "$3"; '
    '(ulimit -v "$4") 2>/dev/null && ulimit -v "$4"; shift 4; exec "$@"'
)


class CannotStart(Refusal):
    """{program} cannot be run: there is no such program, or it may not be executed."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """What one run may take: seconds of wall time, bytes of memory, of each file that it writes, of what it says."""

    seconds: float = 5.0
    memory: int = 512 * 1024 * 1024
    file: int = 16 * 1024 * 1024
    said: int = 64 * 1024


@dataclass(frozen=True, slots=True)
class Ended:
    """How a run ended: its exit status, minus a signal's number where that ended it, None where its time was over.

    `out` and `err` are what it said, cut at the bound; `files` those asked for that it wrote.
    """

    status: int | None
    out: bytes
    err: bytes
    files: Mapping[str, bytes] = field(default_factory=dict)


def run_bounded(
    command: Sequence[str],
    *,
    files: Mapping[str, bytes] | None = None,
    wanted: Collection[str] = (),
    bounds: Bounds = Bounds(),
) -> Ended:
    """Run a program in a new folder that holds `files` by name, and return what it left of those `wanted`.

    It has no standard input and no environment but PATH and the folder; when it ends, whatever it started ends too.
    Raises CannotStart.
    """
    program = shutil.which(command[0])
    if program is None or not hasattr(os, "killpg"):  # Windows has neither such bounds nor such an end
        raise CannotStart(program=command[0])
    with TemporaryDirectory(prefix="afs-sandbox-", ignore_cleanup_errors=True) as folder:
        work, said = Path(folder) / "work", Path(folder) / "said"
        work.mkdir()
        said.mkdir()
        for name, data in (files or {}).items():
            (work / name).write_bytes(data)
        status = _run([str(Path(program).absolute()), *command[1:]], work, said, bounds)
        found = {name: _read(work / name, bounds.file) for name in wanted}
        left = {name: data for name, data in found.items() if data is not None}
        out, err = (_read(said / name, bounds.said) or b"" for name in (_OUT, _ERR))
        return Ended(status, out, err, left)


def _run(command: Sequence[str], work: Path, said: Path, bounds: Bounds) -> int | None:
    limits = (
        _OPEN_FILES,
        math.ceil(bounds.seconds) + 1,
        math.ceil(bounds.file / _BLOCK),
        math.ceil(bounds.memory / 1024),
    )
    with (said / _OUT).open("wb") as out, (said / _ERR).open("wb") as err:
        process = subprocess.Popen(
            ["/bin/sh", "-c", _LIMITED, "sh", *map(str, limits), *command],
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=err,
            cwd=work,
            env={"PATH": os.defpath, "HOME": str(work), "TMPDIR": str(work), "LC_ALL": "C.UTF-8"},
            start_new_session=True,
        )
    try:
        return process.wait(bounds.seconds)
    except subprocess.TimeoutExpired:
        return None
    finally:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _read(path: Path, most: int) -> bytes | None:
    """The beginning of a file; None where it wrote none, or something that is no plain file."""
    if path.is_symlink() or not path.is_file():
        return None
    with path.open("rb") as file:
        return file.read(most)
