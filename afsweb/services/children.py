"""A program that is kept running: started again when it ends, later and later while it keeps ending."""

from __future__ import annotations

import subprocess
import time

import psutil

from afsweb.services.home import Home
from afsweb.services.pidfile import forget_pid, write_pid
from afsweb.services.processes import Program, start

FIRST_WAIT, LONGEST_WAIT = 0.5, 30.0  # seconds
SETTLED = 60.0  # seconds of running after which an end counts as the first again


class Child:
    """One program of the supervisor."""

    def __init__(self, home: Home, program: Program) -> None:
        self.home, self.program = home, program
        self.process: subprocess.Popen[bytes] | None = None
        self.started = self.again_at = 0.0
        self.wait = FIRST_WAIT

    def start(self) -> None:
        self.process = start(self.program, self.home.log(self.program.name))
        self.started = time.monotonic()
        write_pid(self.home, self.program.name, self.process.pid, self.program.command, self.program.stop_signal)

    def alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def keep_running(self) -> str | None:
        """Start the program again if it ended and its wait is over; return a sentence when it has just ended."""
        if self.alive():
            return None
        if self.process is None:
            if time.monotonic() >= self.again_at:
                self.start()
            return None
        if time.monotonic() - self.started > SETTLED:
            self.wait = FIRST_WAIT
        status, wait, self.process = self.process.returncode, self.wait, None
        self.again_at, self.wait = time.monotonic() + wait, min(2 * wait, LONGEST_WAIT)
        log = self.home.log(self.program.name)
        return f"{self.program.name} ended (exit status {status}) and starts again in {wait:g} s; its log is {log}"

    def running(self) -> psutil.Process | None:
        """The process, to be stopped by the caller."""
        try:
            return psutil.Process(self.process.pid) if self.process is not None and self.alive() else None
        except psutil.NoSuchProcess:
            return None

    def forget(self) -> None:
        forget_pid(self.home, self.program.name)
