"""A Postgres of our own: scram passwords, TCP on this machine alone unless told otherwise, no socket file, never root.

Where it listens for other machines too, only the roles of machines that joined may come from there, to our database.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import psutil
import psycopg
from psycopg import sql

from afsweb.services.accounts import Account, can_reach, own_directory
from afsweb.services.address import LOOPBACK
from afsweb.services.errors import DataOfOtherVersion, DataUnreachable, PasswordDoesNotFit, ServerDidNotStart
from afsweb.services.processes import Program, stop, tail, wait_until

USER, DATABASE, MAJOR = "afs", "afsweb", "18"
HOSTS_ROLE = f"{DATABASE}_hosts"  # what the role of each machine that joined is a member of
ENV = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}
# The builtin provider sorts and folds UTF-8 alike on every system, whatever locales are installed.
LOCALE = ("--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8")
CLUSTER = ("--auth=scram-sha-256", *LOCALE, "--no-sync", "--no-instructions")
SHARED_MEMORY = Path("/dev/shm")
# A container's /dev/shm is often 64 MB, less than a parallel index build takes.
ROOMY = 1 << 30
# A row that is looked up costs little more than one that is read along: the disks of today have no arm to move, and
# with Postgres' own 4 it reads a whole table for a few thousand of its rows. Compiling pays for none of our statements.
# A bulk change of a large table writes more than 1 GB of log: checkpoints in the middle of it would write it twice.
PLANS = {"random_page_cost": "1.1", "jit": "off"}
WRITES = {"max_wal_size": "2GB", "checkpoint_timeout": "15min"}
# A machine that joined and lost its power or its network says no goodbye. Without these its connections stay for hours,
# of the few that its role may have. Seconds; the last one in milliseconds.
GONE = {
    "tcp_keepalives_idle": "30",
    "tcp_keepalives_interval": "10",
    "tcp_keepalives_count": "3",
    "tcp_user_timeout": "60000",
}
# For servers that live as long as one test run.
THROWAWAY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "shared_buffers": "64MB"}

# Of a machine's memory, what Postgres keeps of its tables at hand: its manual's quarter is for a machine of its own,
# and ours trains models too. It is taken only as it is filled.
SHARE, LEAST, MOST = 16, 128, 2_048


def buffers(memory: int) -> int:
    """How many MiB of tables the server keeps in memory, on a machine with `memory` bytes of it."""
    return min(max(memory // SHARE >> 20, LEAST), MOST)


@dataclass(frozen=True)
class Postgres:
    """One cluster in `place`/data, run by `account` (None: by ourselves)."""

    place: Path
    binaries: Path
    account: Account | None
    password: str
    port: int
    settings: dict[str, str] = field(default_factory=dict)
    listen: tuple[str, ...] = LOOPBACK

    @property
    def data(self) -> Path:
        return self.place / "data"

    def url(self, database: str = DATABASE) -> str:
        """Where clients connect; it holds the password."""
        return f"postgresql://{USER}:{quote(self.password, safe='')}@127.0.0.1:{self.port}/{database}"

    def prepare(self) -> None:
        """Make the cluster unless it is there, and clear away what a killed server left. Raises `ServiceError`."""
        own_directory(self.place, self.account)
        if not can_reach(self.place, self.account):
            raise DataUnreachable(data=self.place)
        if not self.data.exists():
            self._initialise()
        found = (self.data / "PG_VERSION").read_text().strip()
        if found != MAJOR:
            raise DataOfOtherVersion(data=self.data, found=found, wanted=MAJOR)
        self._stop_leftover()
        self._say_who_may_connect()

    def _initialise(self) -> None:
        """Run initdb aside and rename, so that an interrupted one never looks like a cluster."""
        draft, secret = self.place / "draft", self.place / "password"
        shutil.rmtree(draft, ignore_errors=True)
        secret.touch(mode=0o600)
        secret.write_text(self.password)
        if self.account is not None:
            os.chown(secret, *self.account)
        command = [str(self.binaries / "initdb"), "-D", str(draft), "-U", USER, *CLUSTER, f"--pwfile={secret}"]
        done = subprocess.run(
            command,
            env=ENV,
            cwd="/",
            capture_output=True,
            text=True,
            user=self.account.uid if self.account else None,
            group=self.account.gid if self.account else None,
            extra_groups=[] if self.account else None,
        )
        secret.unlink()
        if done.returncode:
            raise ServerDidNotStart(server="initdb", log="its output", tail=done.stderr.strip() or done.stdout.strip())
        draft.rename(self.data)

    def _say_who_may_connect(self) -> None:
        """Write pg_hba.conf: everyone with a password from here; from elsewhere machines that joined, if at all."""
        lines = [f"host all all {here} scram-sha-256" for here in ("127.0.0.1/32", "::1/128")]
        if self.listen != LOOPBACK:
            lines.append(f"host {DATABASE} +{HOSTS_ROLE} all scram-sha-256")
        draft = self.data / "pg_hba.conf.draft"
        draft.touch(mode=0o600)
        draft.write_text("\n".join(lines) + "\n")
        if self.account is not None:
            os.chown(draft, *self.account)
        draft.replace(self.data / "pg_hba.conf")

    def _stop_leftover(self) -> None:
        """End a server that still runs on this data, and drop a lock file whose process is somebody else by now."""
        lock = self.data / "postmaster.pid"
        try:
            process = psutil.Process(int(lock.read_text().split()[0]))
            ours = str(self.data) in process.cmdline()
        except (OSError, ValueError, IndexError, psutil.Error):
            ours = False
        if ours:
            stop(process, signal.SIGINT, patience=5)
        lock.unlink(missing_ok=True)

    def program(self) -> Program:
        """The server in the foreground; SIGINT is its fast shutdown."""
        small = not SHARED_MEMORY.exists() or shutil.disk_usage(SHARED_MEMORY).total < ROOMY
        settings = {
            "listen_addresses": ",".join(self.listen),
            "unix_socket_directories": "",
            "max_connections": "200",
            "shared_buffers": f"{buffers(psutil.virtual_memory().total)}MB",
            "maintenance_work_mem": "512MB",
            "dynamic_shared_memory_type": "mmap" if small else "posix",
            "timezone": "UTC",
            "log_timezone": "UTC",
        }
        settings |= PLANS | WRITES | GONE | self.settings
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        command = (str(self.binaries / "postgres"), "-D", str(self.data), "-p", str(self.port), *options)
        return Program("postgres", command, ENV, stop_signal=signal.SIGINT, account=self.account)

    def wait(self, alive: Callable[[], bool], log: Path, *, seconds: float = 60) -> None:
        """Return when the server answers. Raises `ServerDidNotStart` or `PasswordDoesNotFit`."""
        if not wait_until(self.answers, alive, seconds=seconds):
            raise ServerDidNotStart(server="Postgres", log=log, tail=tail(log))

    def answers(self) -> bool:
        """Whether the server takes our connection now."""
        try:
            psycopg.connect(self.url("postgres"), connect_timeout=2).close()
        except psycopg.OperationalError as error:
            if "password authentication failed" in str(error):
                raise PasswordDoesNotFit(data=self.data, secret="the secrets directory of AFS_HOME") from None
            return False
        return True

    def make_database(self, name: str = DATABASE) -> None:
        """Make the database unless it is there, with the vector type in it and in every database made later."""
        with psycopg.connect(self.url("template1"), autocommit=True) as connection:
            connection.execute("CREATE EXTENSION IF NOT EXISTS vector")
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
