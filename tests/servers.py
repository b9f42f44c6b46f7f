"""A pytest plugin: a Postgres and a Valkey for this run alone, up before Django reads its settings.

It is named in pyproject.toml (`-p tests.servers`): a conftest is read only after pytest-django has loaded the settings.
`python -m tests.servers COMMAND` runs one command beside such servers.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Generator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psutil
import pytest

from afsweb.services.accounts import can_reach, server_account
from afsweb.services.binaries import postgres_binaries, valkey_binary
from afsweb.services.postgres import THROWAWAY, Postgres
from afsweb.services.processes import Program, free_port, start, stop
from afsweb.services.valkey import Valkey

PREFIX = "afs-test-"
SERVERS = ExitStack()


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Generator[None]:
    options = early_config.known_args_namespace
    if not (options.help or options.version):
        start_servers()
    yield


def pytest_unconfigure() -> None:
    SERVERS.close()


def start_servers(*, durable: bool = False) -> None:
    """Start both and point the environment at them; a setting of the person's own shell has no say in the tests."""
    remove_leftovers()
    home = roomy_temporary_directory()
    SERVERS.callback(shutil.rmtree, home, ignore_errors=True)
    (home / "static").mkdir()
    for name in [name for name in os.environ if name.startswith("AFS_") or name in ("DATABASE_URL", "REDIS_URL")]:
        del os.environ[name]
    os.environ["AFS_HOME"] = str(home)
    os.environ["DATABASE_URL"] = SERVERS.enter_context(postgres(home, {} if durable else THROWAWAY)).url()
    os.environ["REDIS_URL"] = SERVERS.enter_context(valkey(home)).url()
    os.environ["AFS_FIELD_KEY"] = "NRXW4ZZAMFXGIIDSMFXGI33NEBSW433VM5UCAZTPOIQ="
    # A command that runs in this process would else take over the home's own key for all servers started after it.
    os.environ["AFS_SECRET_KEY"] = "a key of this test run, which every process that it starts shares with it"


@contextmanager
def postgres(home: Path, settings: dict[str, str] = THROWAWAY) -> Generator[Postgres]:
    """A Postgres for as long as the block lasts; unless told otherwise one that would not survive a power cut."""
    place = home / "postgres"
    account = server_account(place)
    server = Postgres(place, postgres_binaries(account), account, "test", free_port(), settings)
    server.prepare()
    with running(server.program(), home / "postgres.log", server.wait):
        server.make_database("afsweb")
        yield server


@contextmanager
def valkey(home: Path) -> Generator[Valkey]:
    """A Valkey for as long as the block lasts."""
    server = Valkey(home / "valkey", valkey_binary(), "test", free_port())
    server.prepare()
    with running(server.program(), home / "valkey.log", server.wait):
        yield server


@contextmanager
def running(program: Program, log: Path, wait: Callable[..., None]) -> Generator[subprocess.Popen[bytes]]:
    process = start(program, log)
    try:
        wait(lambda: process.poll() is None, log)
        yield process
    finally:
        if process.poll() is None:
            stop(psutil.Process(process.pid), program.stop_signal, patience=5)


def roomy_temporary_directory() -> Path:
    """A temporary directory that Postgres' own user can enter when we are root."""
    account = server_account(Path("/nonexistent"))
    parents = [Path(tempfile.gettempdir()), Path("/var/tmp")]
    parent = next((path for path in parents if can_reach(path, account)), parents[0])
    home = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-", dir=parent))
    if account is not None:
        home.chmod(0o711)
    return home


def remove_leftovers() -> None:
    """Delete the directories of runs that were killed."""
    for path in Path(tempfile.gettempdir()).glob(f"{PREFIX}*-*"):
        pid = path.name.removeprefix(PREFIX).split("-")[0]
        if pid.isdigit() and not psutil.pid_exists(int(pid)):
            shutil.rmtree(path, ignore_errors=True)


if __name__ == "__main__":
    with SERVERS:
        start_servers()
        status = subprocess.run(sys.argv[1:]).returncode
    sys.exit(status)
