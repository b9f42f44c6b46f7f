"""An upgrade from its first look to its last: nothing is stopped before all is looked at and backed up."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import psycopg

from afsweb.backup.database import Connection
from afsweb.backup.making import Install, make_backup
from afsweb.backup.telling import Tell
from afsweb.env import env_secret
from afsweb.services.alone import database_alone
from afsweb.services.home import Home
from afsweb.services.pidfile import recorded, stop_leftovers
from afsweb.services.processes import stop
from afsweb.upgrade.checking import Migrations, look, look_ahead
from afsweb.upgrade.errors import NothingInstalled, NotReady, TablesNotChanged
from afsweb.upgrade.workers import activate, drain, end_sessions, put_back_jobs, wait_for_jobs

STOP_PATIENCE = 30.0  # seconds; a supervisor needs less than 5


@dataclass(frozen=True)
class Upgrade:
    """What an upgrade needs to know. `patience` is the seconds that running jobs are given.

    `install` is what a database's URL belongs to; `bring_up` changes the tables of a URL, writes the backup down, and
    returns an exit status.
    """

    home: Home
    install: Callable[[str], Install]
    backups: Path
    known: Migrations
    patience: float
    bring_up: Callable[[str, Path], int]
    say: Callable[[str], None]
    tell: Tell

    def look(self) -> None:
        """Say what was found, and change nothing. Raises NothingInstalled, NotReady."""
        with ExitStack() as stack, self._connect(self._database(stack)) as connection:
            self._look(connection)

    def run(self) -> bool:
        """Upgrade; whether the install ran before, and should run again. Raises UpgradeError, BackupError."""
        with ExitStack() as stack:
            url, was_running = self._database(stack), self._is_running()
            with self._connect(url) as connection:
                self._look(connection)
                if not look_ahead(connection, self.known, self.install(url).version):
                    self.say(f"everything is of version {self.install(url).version} already")
                    return False
                hosts, backup = self._make_ready(connection, url)
            if was_running:
                self._stop()
                url = stack.enter_context(database_alone(self.home))
            self._change(url, hosts, backup)
        return was_running

    def _is_running(self) -> bool:
        return "supervisor" in recorded(self.home)

    def _database(self, stack: ExitStack) -> str:
        """The URL of the database that runs, or of one that runs as long as `stack`."""
        if self._is_running():
            return env_secret("DATABASE_URL", self.home.state().get("DATABASE_URL"))
        return stack.enter_context(database_alone(self.home))

    def _connect(self, url: str) -> Connection:
        return psycopg.connect(url, autocommit=True)

    def _look(self, connection: Connection) -> None:
        if connection.execute("SELECT to_regclass('core_host')").fetchone() == (None,):
            raise NothingInstalled(home=self.home.root)
        findings = list(look(connection, self.known, self.backups, self.home.root))
        for finding in findings:
            self.say(f"{'ok' if finding.is_well else 'no'}  {finding.text}")
        if not all(finding.is_well for finding in findings):
            raise NotReady

    def _make_ready(self, connection: Connection, url: str) -> tuple[list[int], Path]:
        """No host takes a job any more, and a backup is made: the ids of the hosts, and where it is."""
        hosts = drain(connection)
        try:
            wait_for_jobs(connection, self.patience, self.say)
            backup = make_backup(self.install(url), self.backups, self.tell)
        except BaseException:
            activate(connection, hosts)
            raise
        self.say(f"ok  the backup is {backup}")
        return hosts, backup

    def _stop(self) -> None:
        if running := recorded(self.home).get("supervisor"):
            stop(*running, patience=STOP_PATIENCE)
        stop_leftovers(self.home)
        self.say("ok  the servers and workers from before are stopped")

    def _change(self, url: str, hosts: list[int], backup: Path) -> None:
        try:
            with self._connect(url) as connection:
                put_back_jobs(connection)
                end_sessions(connection)
            if status := self.bring_up(url, backup):
                raise TablesNotChanged(status=status, backup=backup)
        finally:
            with self._connect(url) as connection:
                activate(connection, hosts)
        self.say("ok  the tables are up to date")
