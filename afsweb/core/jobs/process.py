"""The worker's side of a child process: start it, keep the end of its output, ask it to end, kill its whole tree.

A fresh interpreter per job, never a fork: it works on every system, stop really stops, and all GPU memory comes back.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterable
from contextlib import suppress

import psutil
from django.conf import settings

from afsweb.core.jobs.claim import Claim
from afsweb.logs.redaction import redact

OUTPUT_LIMIT = 16_000  # bytes of output that are kept


class ChildProcess:
    """`manage.py afs_job` at work on one claim. Its standard input is its proof that we live: see jobs/child.py."""

    def __init__(self, claim: Claim) -> None:
        self.claim = claim
        self.started_at = time.monotonic()
        command = [sys.executable, "-X", "faulthandler", str(settings.BASE_DIR / "manage.py"), "afs_job"]
        self._process = subprocess.Popen(
            [*command, str(claim.job.pk), str(claim.lease)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            cwd=settings.BASE_DIR,
            # Ctrl-C in a terminal reaches the worker alone, where the system knows sessions.
            start_new_session=True,
        )
        self._output = b""
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    @property
    def age(self) -> float:
        """Seconds since it was started."""
        return time.monotonic() - self.started_at

    def status(self) -> int | None:
        """Its exit status, or None while it runs."""
        return self._process.poll()

    def ask_to_end(self) -> None:
        """Let it come to an end at its next check."""
        assert self._process.stdin is not None
        with suppress(OSError):
            self._process.stdin.write(b".")
            self._process.stdin.flush()

    def kill(self) -> None:
        """Kill it and every program it started."""
        with suppress(psutil.NoSuchProcess):
            root = psutil.Process(self._process.pid)
            for process in (*root.children(recursive=True), root):
                with suppress(psutil.NoSuchProcess):
                    process.kill()
        self._process.wait()

    def close(self) -> str:
        """Let go of an ended process; returns the last part of what it printed."""
        assert self._process.stdin is not None
        with suppress(OSError):
            self._process.stdin.close()
        self._reader.join(timeout=1)  # a program that it left behind may hold the pipe open
        return self._output.decode("utf-8", "replace").strip()

    def _read(self) -> None:
        assert self._process.stdout is not None
        passing = b""
        while chunk := os.read(self._process.stdout.fileno(), 4096):
            self._output = (self._output + chunk)[-OUTPUT_LIMIT:]
            *lines, passing = (passing + chunk).split(b"\n")
            pass_on(lines)
            passing = passing[-OUTPUT_LIMIT:]
        pass_on([passing] if passing else [])
        self._process.stdout.close()


def pass_on(lines: Iterable[bytes]) -> None:
    """Let the worker's log have what its child wrote: the lines of its log, and what it printed, without secrets."""
    for line in lines:
        with suppress(OSError, ValueError):
            print(redact(line.decode("utf-8", "replace").rstrip()), file=sys.stderr, flush=True)


def describe(status: int) -> str:
    """An exit status in words."""
    return f"signal {-status} killed it" if status < 0 else f"its process ended with status {status}"
