"""Postgres' own programs: which of them fits the server, and running one that can be stopped."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from psycopg.conninfo import conninfo_to_dict, make_conninfo

from afsweb.backup.errors import ProgramFailed, ProgramMissing
from afsweb.services.binaries import postgres_binaries
from afsweb.services.errors import ServerMissing

PAUSE = 0.1  # seconds between two looks at a running program
SAID = 2_000  # characters of what it said last


def find_program(name: str, server: int) -> Path:
    """`pg_dump` or `pg_restore` of major version `server` or newer: the embedded one, else the machine's.

    Raises ProgramMissing. Source: postgresql.org/docs/current/app-pgdump.html, "pg_dump cannot dump from PostgreSQL
    servers newer than its own major version".
    """
    found = next((path for path in _candidates(name) if _major(path) >= server), None)
    if found is None:
        raise ProgramMissing(server=server, program=name)
    return found


def _candidates(name: str) -> list[Path]:
    places = [os.environ.get("PATH", "")]
    with suppress(ServerMissing):
        places.insert(0, str(postgres_binaries(None)))
    return [Path(path) for place in places if (path := shutil.which(name, path=place))]


def _major(program: Path) -> int:
    said = subprocess.run([program, "--version"], capture_output=True, text=True).stdout
    match = re.search(r"\) (\d+)", said)
    return int(match[1]) if match else 0


def run_program(program: Path, arguments: Sequence[str], conninfo: str, look: Callable[[], None]) -> None:
    """Run it on the database to its end, looking up now and then; what `look` raises stops it. Raises ProgramFailed."""
    target, env = without_password(conninfo)
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(
            [program, f"--dbname={target}", *arguments],
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            while process.poll() is None:
                look()
                time.sleep(PAUSE)
        finally:
            process.kill()
            process.wait()
        if process.returncode:
            output.seek(0)
            said = output.read().decode(errors="replace").strip()[-SAID:]
            raise ProgramFailed(program=program.name, status=process.returncode, said=said)


def without_password(conninfo: str) -> tuple[str, dict[str, str]]:
    """The database for a command line, which everybody on the machine can read, and the environment with the rest."""
    facts = {name: str(value) for name, value in conninfo_to_dict(conninfo).items() if value is not None}
    password = facts.pop("password", None)
    env = {**os.environ, "LC_ALL": "C"}
    return make_conninfo(**facts), env | ({"PGPASSWORD": password} if password else {})
