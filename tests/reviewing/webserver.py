"""A real web server in processes of its own, which can be killed as a machine or a person kills it."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import suppress
from pathlib import Path

import psutil

from afsweb.services.home import CHECKOUT
from afsweb.services.processes import free_port
from afsweb.services.programs import GUNICORN, SIZE

PATIENCE = 60.0  # seconds; a busy machine may need many


class WebServer:
    """gunicorn on a port that stays the same over every start."""

    def __init__(self, database_url: str, log: Path) -> None:
        self.database_url, self.log, self.port = database_url, log, free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it answers."""
        bind = f"127.0.0.1:{self.port}"
        command = [sys.executable, "-m", "gunicorn", "afsweb.wsgi", f"--bind={bind}", *GUNICORN, *SIZE]
        with self.log.open("ab") as out:
            self.process = subprocess.Popen(
                command,
                env=os.environ | {"DATABASE_URL": self.database_url},
                cwd=CHECKOUT,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
            )
        until = time.monotonic() + PATIENCE
        while not self.answers():
            if self.process.poll() is not None or time.monotonic() > until:
                sys.exit(f"the web server did not start:\n{self.log.read_text()}")
            time.sleep(0.05)

    @property
    def is_up(self) -> bool:
        """Whether it was started and not killed since."""
        return self.process is not None and self.process.poll() is None

    def answers(self) -> bool:
        """Whether the log-in page comes."""
        try:
            urllib.request.urlopen(f"{self.url}/login/", timeout=5).close()
        except (OSError, urllib.error.HTTPError):
            return False
        return True

    def kill(self) -> None:
        """kill -9, the master and every worker."""
        if self.process is None or not self.is_up:
            return
        master = psutil.Process(self.process.pid)
        for process in [master, *master.children(recursive=True)]:
            with suppress(psutil.NoSuchProcess):  # it ended with its master
                process.kill()
        self.process.wait()
