"""A Valkey of our own: users in a closed file, TCP on this machine alone unless told otherwise, every write kept."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import redis

from afsweb.services.address import LOOPBACK
from afsweb.services.errors import ServerDidNotStart
from afsweb.services.home import write_private
from afsweb.services.processes import Program, tail, wait_until


@dataclass(frozen=True)
class Valkey:
    """One server with its data in `place`."""

    place: Path
    binary: Path
    password: str
    port: int
    listen: tuple[str, ...] = LOOPBACK

    @property
    def users(self) -> Path:
        """Our own user, and one of each machine that joined (`ACL SAVE` writes it)."""
        return self.place / "users.acl"

    @property
    def config(self) -> Path:
        return self.place / "valkey.conf"

    def url(self) -> str:
        """Where clients connect; it holds the password."""
        return f"redis://:{quote(self.password, safe='')}@127.0.0.1:{self.port}/0"

    def prepare(self) -> None:
        """Write the configuration and our user: a password on the command line would show in the process list."""
        self.place.mkdir(mode=0o700, parents=True, exist_ok=True)
        lines = {
            "bind": " ".join(self.listen),
            "port": self.port,
            "aclfile": f'"{self.users}"',
            "dir": f'"{self.place}"',
            "appendonly": "yes",
            "save": '""',
            "set-proc-title": "no",  # a changed command line would hide the process from pidfile
            "maxmemory-policy": "noeviction",
        }
        write_private(self.config, "".join(f"{name} {value}\n" for name, value in lines.items()))
        write_private(self.users, "".join(f"{line}\n" for line in self._users()))

    def _users(self) -> list[str]:
        """Ourselves, with the password of now, and whom the file holds besides."""
        kept = self.users.read_text().splitlines() if self.users.exists() else []
        ours = f"user default on #{hashlib.sha256(self.password.encode()).hexdigest()} ~* &* +@all"
        return [ours, *(line for line in kept if line.startswith("user ") and not line.startswith("user default "))]

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
