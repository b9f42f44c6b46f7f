"""A Valkey of our own: password in a closed file, loopback TCP on a free port, every write in its append-only file."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import redis

from afsweb.services.errors import ServerDidNotStart
from afsweb.services.processes import Program, tail, wait_until


@dataclass(frozen=True)
class Valkey:
    """One server with its data in `place`."""

    place: Path
    binary: Path
    password: str
    port: int

    @property
    def config(self) -> Path:
        return self.place / "valkey.conf"

    def url(self) -> str:
        """Where clients connect; it holds the password."""
        return f"redis://:{quote(self.password, safe='')}@127.0.0.1:{self.port}/0"

    def prepare(self) -> None:
        """Write the configuration: a password on the command line would show in the process list."""
        self.place.mkdir(mode=0o700, parents=True, exist_ok=True)
        lines = {
            "bind": "127.0.0.1",
            "port": self.port,
            "requirepass": self.password,
            "dir": f'"{self.place}"',
            "appendonly": "yes",
            "save": '""',
            "set-proc-title": "no",  # a changed command line would hide the process from pidfile
            "maxmemory-policy": "noeviction",
        }
        with os.fdopen(os.open(self.config, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.writelines(f"{name} {value}\n" for name, value in lines.items())

    def program(self) -> Program:
        """The server in the foreground."""
        return Program("valkey", (str(self.binary), str(self.config)), {"PATH": "/usr/bin:/bin"}, cwd=self.place)

    def wait(self, alive: Callable[[], bool], log: Path, *, seconds: float = 30) -> None:
        """Return when the server answers. Raises `ServerDidNotStart`."""
        if not wait_until(self.answers, alive, seconds=seconds):
            raise ServerDidNotStart(server="Valkey", log=log, tail=tail(log))

    def answers(self) -> bool:
        """Whether the server takes our password and commands now; while it loads its file it does not."""
        client = redis.Redis.from_url(self.url(), socket_connect_timeout=2)
        try:
            return bool(client.ping())
        except redis.RedisError:
            return False
        finally:
            client.close()
