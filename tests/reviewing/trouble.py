"""What goes wrong around a web server, and comes right again: kills, a Valkey that dies, a network that is off."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from afsweb.services.binaries import valkey_binary
from afsweb.services.processes import free_port, start
from afsweb.services.valkey import Valkey
from tests.reviewing.webserver import WebServer


class Doorbell:
    """A Valkey that can be killed, on a port that stays the same over every start."""

    def __init__(self, place: Path) -> None:
        self.server = Valkey(place / "valkey", valkey_binary(), "test", free_port())
        self.server.prepare()
        self.log = place / "valkey.log"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it answers."""
        process = self.process = start(self.server.program(), self.log)
        self.server.wait(lambda: process.poll() is None, self.log)

    def kill(self) -> None:
        """kill -9."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None


@dataclass
class Trouble:
    """Something that goes wrong, and comes right again."""

    begin: Callable[[], None]
    end: Callable[[], None]
    times: int = 0
    ends_at: int | None = None

    def strike(self, ends_at: int) -> None:
        """Let it go wrong until so many decisions are taken."""
        if self.ends_at is None:
            self.begin()
            self.times += 1
            self.ends_at = ends_at

    def heal(self) -> None:
        """Let it be right again."""
        if self.ends_at is not None:
            self.end()
            self.ends_at = None


def troubles(web: WebServer, doorbell: Doorbell, page: Any) -> tuple[Trouble, Trouble, Trouble]:
    """Of the web server, of the page's network, of Valkey."""
    network = Trouble(lambda: page.context.set_offline(True), lambda: page.context.set_offline(False))
    return Trouble(web.kill, web.start), network, Trouble(doorbell.kill, doorbell.start)
