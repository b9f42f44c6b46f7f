"""Start and stop programs, each in its own session, so that Ctrl-C on the terminal reaches the supervisor alone."""

from __future__ import annotations

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import psutil

from afsweb.services.accounts import Account

PR_SET_PDEATHSIG = 1  # linux/prctl.h
LOG_LIMIT = 10_000_000  # bytes; a longer log is put aside once at the next start
LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None


@dataclass(frozen=True)
class Program:
    """What to run, as whom, and which signal asks it to stop."""

    name: str
    command: Sequence[str]
    env: Mapping[str, str]
    stop_signal: signal.Signals = signal.SIGTERM
    account: Account | None = None
    cwd: Path = Path("/")
    pass_fds: tuple[int, ...] = ()


def start(program: Program, log: Path | None) -> subprocess.Popen[bytes]:
    """Run `program` with its output in `log` (None: where ours goes).

    Call it from the main thread: on Linux the program does not outlive the thread that started it.
    """
    with _open_log(log) as output:
        return subprocess.Popen(
            list(program.command),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=dict(program.env),
            cwd=program.cwd,
            start_new_session=True,
            pass_fds=program.pass_fds,
            preexec_fn=_die_with_parent(program.stop_signal),
            user=program.account.uid if program.account else None,
            group=program.account.gid if program.account else None,
            extra_groups=[] if program.account else None,
        )


def _open_log(log: Path | None) -> IO[bytes]:
    if log is None:
        return os.fdopen(os.dup(sys.stdout.fileno()), "ab")
    if log.exists() and log.stat().st_size > LOG_LIMIT:
        log.replace(log.with_suffix(".old.log"))
    return log.open("ab")


def run(program: Program, log: Path | None, cancelled: Callable[[], bool]) -> int:
    """Run `program` to its end and return its exit status; stop it as soon as `cancelled` says so."""
    process = start(program, log)
    while process.poll() is None:
        if cancelled():
            stop(psutil.Process(process.pid), program.stop_signal, patience=2)
            break
        time.sleep(0.05)
    return process.wait()


def _die_with_parent(stop_signal: signal.Signals) -> Callable[[], None] | None:
    if LIBC is None:
        return None
    libc, parent = LIBC, os.getpid()

    def arrange() -> None:
        libc.prctl(PR_SET_PDEATHSIG, stop_signal)
        if os.getppid() != parent:  # it died before we asked
            os._exit(1)

    return arrange


def stop(process: psutil.Process, stop_signal: signal.Signals, *, patience: float) -> None:
    """Ask the process to stop; after `patience` seconds kill it and every process it started."""
    stop_all([(process, stop_signal)], patience=patience)


def stop_all(processes: Sequence[tuple[psutil.Process, signal.Signals]], *, patience: float) -> None:
    """Ask all to stop at once; after `patience` seconds together kill what is left of them and their children."""
    family = [member for process, _ in processes for member in _family(process)]
    for process, stop_signal in processes:
        _send(process, stop_signal)
    _, left = psutil.wait_procs([process for process, _ in processes], timeout=patience)
    for member in (*left, *family):
        with suppress(psutil.NoSuchProcess):
            member.kill()
    psutil.wait_procs([*left, *family], timeout=2)


def _family(process: psutil.Process) -> list[psutil.Process]:
    try:
        return list(process.children(recursive=True))
    except psutil.NoSuchProcess:
        return []


def _send(process: psutil.Process, number: signal.Signals) -> None:
    try:
        process.send_signal(number)
    except psutil.NoSuchProcess:
        return


def wait_until(ready: Callable[[], bool], alive: Callable[[], bool], *, seconds: float) -> bool:
    """Whether `ready` came true within `seconds`, while `alive` stayed true."""
    end = time.monotonic() + seconds
    while time.monotonic() < end and alive():
        if ready():
            return True
        time.sleep(0.05)
    return False


def free_port(host: str = "127.0.0.1") -> int:
    """A TCP port that nobody listens on just now."""
    with socket.create_server((host, 0), family=_family_of(host)) as probe:
        return int(probe.getsockname()[1])


def is_free(host: str, port: int) -> bool:
    """Whether a server could listen there now."""
    try:
        socket.create_server((host, port), family=_family_of(host)).close()
    except OSError:
        return False
    return True


def _family_of(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET


def tail(log: Path, lines: int = 8) -> str:
    """The last lines of a log, for an error message."""
    try:
        return "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:])
    except OSError:
        return "(nothing)"
