"""Homes with an install of an earlier version, as its dump has it."""

from __future__ import annotations

import gzip
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest import mock

from afsweb.services.alone import database_alone
from afsweb.services.binaries import postgres_binaries
from afsweb.services.home import Home
from afsweb.settings import VERSION
from tests.services.conftest import Afs, afs, directory, make_afs
from tests.upgrade.dump import DUMPS

__all__ = ["afs", "directory", "make_afs"]
EARLIER = sorted(dump for dump in DUMPS.glob("*.sql.gz") if dump.name != f"afsweb-{VERSION}.sql.gz")
NEWEST = EARLIER[-1]


@contextmanager
def database_of(afs: Afs) -> Iterator[str]:
    """The database of a home in which nothing runs."""
    ours = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL")}
    with mock.patch.dict(os.environ, ours, clear=True), database_alone(Home(afs.home)) as url:
        yield url


def load(url: str, dump: Path) -> None:
    """Bring the dump of an earlier version into an empty database."""
    psql = [str(postgres_binaries(None) / "psql"), "--quiet", "--set=ON_ERROR_STOP=1", f"--dbname={url}"]
    subprocess.run(psql, input=gzip.decompress(dump.read_bytes()), check=True, capture_output=True)
