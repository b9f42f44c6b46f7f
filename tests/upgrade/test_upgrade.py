"""A database of each earlier version, migrated to this one, keeps every row."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from django.conf import settings

from afsweb.services.binaries import postgres_binaries
from tests.upgrade.dump import DUMPS, counts

# Rows that migrations after a version add themselves: gate 2, which refuses wrong code, after 0.1.0.
ADDED = {"afsweb-0.1.0.sql.gz": {"datasets_gateversion": 1}}


@pytest.fixture
def database() -> Iterator[str]:
    """The URL of an empty database beside the one of the tests."""
    url = os.environ["DATABASE_URL"]
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("DROP DATABASE IF EXISTS upgrade")
        connection.execute("CREATE DATABASE upgrade")
    yield urlunsplit(urlsplit(url)._replace(path="/upgrade"))
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("DROP DATABASE upgrade WITH (FORCE)")


@pytest.mark.parametrize("dump", sorted(DUMPS.glob("*.sql.gz")), ids=lambda path: path.name)
def test_a_dump_of_an_earlier_version_migrates_and_keeps_its_rows(dump: Path, database: str) -> None:
    restore = [str(postgres_binaries(None) / "psql"), "--quiet", "--set=ON_ERROR_STOP=1", f"--dbname={database}"]
    subprocess.run(restore, input=gzip.decompress(dump.read_bytes()), check=True, capture_output=True)
    env = {**os.environ, "DATABASE_URL": database}
    command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "migrate", "--no-input"]
    subprocess.run(command, env=env, check=True, capture_output=True)
    before = json.loads(dump.with_name(dump.name.replace(".sql.gz", ".json")).read_text())
    after = counts(database)
    added = ADDED.get(dump.name, {})
    assert {table: after.get(table, 0) - added.get(table, 0) for table in before} == before
    assert before["datasets_sampleversion"] > 0
    strangers = """SELECT count(*) FROM datasets_snapshotentry AS entry JOIN datasets_sampleversion AS version
        ON version.id = entry.version_id WHERE entry.sample_id <> version.sample_id"""
    with psycopg.connect(database) as connection:
        assert connection.execute(strangers).fetchone() == (0,)


def test_there_is_a_dump_of_each_released_version() -> None:
    released = (settings.BASE_DIR / "CHANGELOG.md").read_text().split("\n## ")[1:]
    versions = [part.split()[0] for part in released if "(unreleased)" not in part.splitlines()[0]]
    kept = {path.name.removeprefix("afsweb-").removesuffix(".sql.gz") for path in DUMPS.glob("*.sql.gz")}
    assert set(versions) <= kept
