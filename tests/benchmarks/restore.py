"""`python -m tests.benchmarks.restore`: an install of SCALE samples (100,000) is backed up and restored elsewhere.

The restored one has the same rows, sequences and bytes, within ten minutes. The control is the same dump,
brought into a third database by pg_restore alone, and each byte of the backup hashed once.
"""

from __future__ import annotations

import os
import random
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg
from psycopg.conninfo import make_conninfo

from tests.benchmarks.harness import Bar, hub, report, rows
from tests.benchmarks.snapshot import aim_at

MINUTES = 10
OVER_CONTROL = 1.5
"""Bringing the files, hashing them again in their place, counting the rows and analysing the tables cost no more."""
ARTIFACTS, ARTIFACT_BYTES = 24, 32 << 20
SEED = 3


def main() -> None:
    with hub(), tempfile.TemporaryDirectory() as name:
        figures, bars = measure(Path(name))
    report("restore", figures, bars)


def measure(folder: Path) -> tuple[dict[str, float], dict[str, Bar]]:
    from afsweb.backup.contents import DUMP, check
    from afsweb.backup.making import make_backup
    from afsweb.backup.restoring import restore
    from afsweb.core.backups.keeping import this_install
    from tests.backup.comparing import files_of, sequences_of, tables_of
    from tests.benchmarks.filling import fill_samples

    aim_at(folder)
    fill_samples(rows(), vectors=rows() // 5, mixed=True)
    store_artifacts(folder)
    install = this_install()
    empty = replace(install, conninfo=database("restored"), artifacts=folder / "there", uploads=folder / "up")
    backup_s, backup = timed(lambda: make_backup(install, folder / "backups"))
    check_s, contents = timed(lambda: check(backup))
    restore_s, _ = timed(lambda: restore(backup, contents, empty))
    control_s, _ = timed(lambda: restore_bare(backup / DUMP, database("bare")))
    control_s += timed(lambda: files_of(backup))[0]
    same_rows = tables_of(install.conninfo) == tables_of(empty.conninfo)
    same_rows &= sequences_of(install.conninfo) == sequences_of(empty.conninfo)
    figures = {
        "samples": rows(),
        "rows": sum(contents.rows.values()),
        "dump_mb": round((backup / DUMP).stat().st_size / 1e6),
        "database_mb": round(contents.database_bytes / 1e6),
        "artifacts_mb": round(sum(contents.artifacts.values()) / 1e6),
        "backup_s": round(backup_s, 1),
        "check_s": round(check_s, 1),
        "restore_s": round(restore_s, 1),
        "control_s": round(control_s, 1),
    }
    bars = {
        "minutes": Bar(round((check_s + restore_s) / 60, 2), at_most=MINUTES),
        "over_control": Bar(round((check_s + restore_s) / control_s, 2), at_most=OVER_CONTROL),
        "rows_are_the_same": Bar(float(same_rows), at_least=1),
        "files_are_the_same": Bar(float(files_of(install.artifacts) == files_of(empty.artifacts)), at_least=1),
    }
    return figures, bars


def store_artifacts(folder: Path) -> None:
    """Files as models have them: large, and not to be compressed."""
    from afsweb.core.artifacts import store_artifact
    from afsweb.core.models import ArtifactKind

    dice = random.Random(SEED)
    for number in range(ARTIFACTS):
        made = folder / f"made-{number}"
        made.mkdir()
        (made / "adapter.safetensors").write_bytes(dice.randbytes(ARTIFACT_BYTES))
        store_artifact(ArtifactKind.ADAPTER, made.name, made)


def database(name: str) -> str:
    """An empty database beside the full one."""
    url = os.environ["DATABASE_URL"]
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(psycopg.sql.SQL("CREATE DATABASE {}").format(psycopg.sql.Identifier(name)))
    return make_conninfo(url, dbname=name)


def restore_bare(dump: Path, conninfo: str) -> None:
    """The control."""
    from afsweb.backup.programs import find_program, run_program
    from afsweb.backup.restoring import RESTORE_ARGUMENTS

    run_program(find_program("pg_restore", 18), [*RESTORE_ARGUMENTS, str(dump)], conninfo, lambda: None)


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """Seconds that it takes, and what it returns."""
    started = time.perf_counter()
    result = work()
    return time.perf_counter() - started, result


if __name__ == "__main__":
    main()
