"""`python -m tests.upgrade.dump`: keep the database of the servers that run here as this version's upgrade fixture.

Made at the end of a version, after `make demo ONCE=1` in a fresh home, with its servers up again (`make run`). Vectors,
metrics and sessions are left out: they are large, and an upgrade that keeps the rest keeps them.
"""

from __future__ import annotations

import gzip
import json
import subprocess
from pathlib import Path

import psycopg

from afsweb.env import running
from afsweb.services.binaries import postgres_binaries
from afsweb.services.home import Home

DUMPS = Path(__file__).with_name("dumps")
ELSEWHERE = b"/srv/afsweb"  # stands for the folder that it was made in
LEFT_OUT = ("datasets_embedding", "training_metric", "core_session")


def counts(url: str) -> dict[str, int]:
    """Rows of each table of ours, those left out of dumps excepted."""
    with psycopg.connect(url) as connection:
        names = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1").fetchall()
        tables = [name for (name,) in names if name not in LEFT_OUT and not name.startswith(("django_", "auth_"))]
        return {name: _count(connection, name) for name in tables}


def _count(connection: psycopg.Connection[tuple[object, ...]], table: str) -> int:
    query = psycopg.sql.SQL("SELECT count(*) FROM {}").format(psycopg.sql.Identifier(table))
    row = connection.execute(query).fetchone()
    return int(str(row[0])) if row else 0


def main() -> None:
    from afsweb import settings

    home = Home.here().root
    url = running(home)["DATABASE_URL"]
    left_out = [f"--exclude-table-data={table}" for table in LEFT_OUT]
    command = [str(postgres_binaries(None) / "pg_dump"), "--no-owner", "--no-privileges", *left_out, f"--dbname={url}"]
    dumped = subprocess.run(command, capture_output=True, check=True).stdout
    dumped = dumped.replace(str(home.parent).encode(), ELSEWHERE)
    place = DUMPS / f"afsweb-{settings.VERSION}.sql.gz"
    # No time stamp inside: the same database gives the same file.
    place.write_bytes(gzip.compress(dumped, mtime=0))
    (DUMPS / f"afsweb-{settings.VERSION}.json").write_text(json.dumps(counts(url), indent=1) + "\n")
    print(f"{place.name}: {place.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
