"""The folders of one machine of the fleet, and what is started in them. Nothing of this machine's own is seen there."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from afsweb.services.home import CHECKOUT, Home
from afsweb.services.processes import Program, start, tail

PATIENCE = 120.0  # seconds; a busy machine may need many
KEPT = ("PATH", "LANG", "LC_ALL", "PYTHONPATH", "CHROMIUM_PATH")


class NotInTime(AssertionError):
    """What a test waited for did not happen."""


def wait_for(true: Callable[[], object], what: str, seconds: float = PATIENCE, told: Callable[[], str] = str) -> float:
    """Return after how many seconds `true()` was true. Raises NotInTime with what `told()` says then."""
    begin = time.monotonic()
    while not true():
        if time.monotonic() - begin > seconds:
            raise NotInTime(f"{what}: not within {seconds:.0f} s\n{told()}")
        time.sleep(0.1)
    return time.monotonic() - begin


@dataclass(frozen=True)
class Place:
    """`root` is the home directory of the machine's user; AFS_HOME, work folder and artifact store lie below it."""

    name: str
    root: Path
    settings: Mapping[str, str] = field(default_factory=dict)

    def make(self) -> None:
        """Make the folders. Others may enter: Postgres' own user passes through when we are root."""
        self.root.mkdir(mode=0o711)
        (self.root / "tmp").mkdir()

    @property
    def home(self) -> Home:
        return Home(self.root / ".afs")

    @property
    def env(self) -> dict[str, str]:
        own = {"HOME": str(self.root), "AFS_HOME": str(self.home.root), "TMPDIR": str(self.root / "tmp")}
        return {name: os.environ[name] for name in KEPT if name in os.environ} | own | dict(self.settings)

    def afs(self, *arguments: str) -> str:
        """What `afs ARGUMENTS` prints. Raises AssertionError with its complaint when it fails."""
        command = [sys.executable, "-m", "afsweb.cli", *arguments]
        done = subprocess.run(command, env=self.env, cwd=CHECKOUT, capture_output=True, text=True, timeout=PATIENCE)
        assert done.returncode == 0, f"afs {' '.join(arguments)} on {self.name}: {done.stderr}{done.stdout}"
        return done.stdout

    def serve(self, log: str, *arguments: str) -> subprocess.Popen[bytes]:
        """Start `afs ARGUMENTS`, which serves; its output goes to `log`. From the main thread: it ends with us."""
        command = (sys.executable, "-m", "afsweb.cli", *arguments)
        return start(Program(log, command, self.env, cwd=CHECKOUT), self.log(log))

    def log(self, name: str) -> Path:
        return self.root / f"{name}.log"

    def said(self, log: str) -> str:
        """All that was written to this log so far."""
        path = self.log(log)
        return path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""

    def tails(self, lines: int = 15) -> str:
        """The end of each log, for a failure."""
        logs = [*sorted(self.root.glob("*.log")), *sorted(self.home.logs.glob("*.log"))]
        return "\n".join(f"--- {self.name}, {log.name}\n{tail(log, lines)}" for log in logs)
