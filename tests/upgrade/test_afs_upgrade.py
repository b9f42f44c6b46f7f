"""`afs upgrade` as a person runs it: from every earlier version, beside a running install, and when it goes wrong."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from afsweb.backup.contents import check
from afsweb.backup.making import newest_backup
from tests.services.conftest import Afs, wait_for
from tests.upgrade.conftest import EARLIER, NEWEST, database_of, load
from tests.upgrade.dump import counts
from tests.upgrade.test_upgrade import ADDED

HOST = """INSERT INTO core_host
    (uuid, name, state, platform, python_version, code_version, queues, gpus, gpu_slots, seen_at{more})
    VALUES (gen_random_uuid(), 'elsewhere', 'active', '', '', '0.0.1', '{{}}', '[]', 1, now(){values})"""
EARLIER_HOST = HOST.format(more="", values="")
TODAYS_HOST = HOST.format(more=", findings, may_use_keys", values=", '[]', false")
WAITING = """UPDATE core_job SET state = 'queued', code_version = '0.0.1'
    WHERE id = (SELECT min(id::text)::uuid FROM core_job)"""
OF_OTHER_VERSIONS = "SELECT count(*) FROM core_job WHERE state = 'queued' AND code_version = '0.0.1'"


def first(url: str, statement: str) -> object:
    with psycopg.connect(url, autocommit=True) as connection:
        row = connection.execute(statement).fetchone()
    assert row is not None
    return row[0]


def change(url: str, statement: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(statement)


def backup_of(afs: Afs) -> Path:
    found = newest_backup(afs.home / "backups")
    assert found is not None
    return found


@pytest.mark.parametrize("dump", EARLIER, ids=lambda path: path.name)
def test_every_earlier_version_keeps_everything(dump: Path, afs: Afs) -> None:
    with database_of(afs) as url:
        load(url, dump)
        change(url, WAITING)
        before = counts(url)
    done = afs.run("upgrade")
    assert done.returncode == 0, done.stdout + done.stderr
    contents = check(backup_of(afs))
    assert {name: contents.rows[name] for name in before} == before
    with database_of(afs) as url:
        after = counts(url)
        assert first(url, OF_OTHER_VERSIONS) == 0
        assert first(url, "SELECT place FROM core_backup") == str(backup_of(afs))
    added = ADDED.get(dump.name, {}) | {"core_event": 1}
    assert {table: after[table] - added.get(table, 0) for table in before} == before


def test_looking_changes_nothing(afs: Afs) -> None:
    with database_of(afs) as url:
        load(url, NEWEST)
    done = afs.run("upgrade", "--check")
    assert done.returncode == 0
    assert "changes of the tables to make" in done.stdout and "Postgres 18 answers" in done.stdout
    assert newest_backup(afs.home / "backups") is None
    with database_of(afs) as url:
        assert first(url, "SELECT to_regclass('core_backup')") is None


def test_beside_a_running_install_it_stops_and_starts_it_again(afs: Afs) -> None:
    old = afs.up()
    url = afs.state()["DATABASE_URL"]
    change(url, TODAYS_HOST)
    upgrade = afs.start("-m", "afsweb.cli", "upgrade", "--wait", "0")
    wait_for(lambda: afs.output().count("afsweb is at") == 2 or upgrade.poll() is not None, "the start of the new one")
    assert upgrade.poll() is None and old.poll() == 0, afs.output()
    assert check(backup_of(afs)).rows["core_host"] >= 1
    now = afs.state()["DATABASE_URL"]
    assert first(now, "SELECT count(*) FROM core_host WHERE state <> 'active'") == 0
    assert afs.pids()["supervisor"] == upgrade.pid


def test_what_is_up_to_date_is_left_alone(afs: Afs) -> None:
    supervisor = afs.up()
    done = afs.run("upgrade")
    assert done.returncode == 0 and "already" in done.stdout, done.stderr
    assert supervisor.poll() is None
    assert newest_backup(afs.home / "backups") is None


def test_a_change_that_fails_leaves_the_backup_and_says_the_way_back(afs: Afs) -> None:
    with database_of(afs) as url:
        load(url, NEWEST)
        change(url, EARLIER_HOST)
        change(url, "CREATE TABLE core_backup (id int)")
        before = counts(url)
    done = afs.run("upgrade")
    backup = backup_of(afs)
    assert done.returncode == 1
    assert f"the backup is {backup}" in done.stderr and f"afs restore {backup}" in done.stderr
    assert {name: check(backup).rows[name] for name in before} == before
    with database_of(afs) as url:
        assert first(url, "SELECT state FROM core_host WHERE name = 'elsewhere'") == "active"


def test_tables_of_a_newer_version_are_not_touched(afs: Afs) -> None:
    with database_of(afs) as url:
        load(url, NEWEST)
        change(url, "INSERT INTO django_migrations (app, name, applied) VALUES ('core', '9999_later', now())")
    done = afs.run("upgrade")
    assert done.returncode == 1
    assert "no  the tables are of a newer afsweb (core.9999_later)" in done.stdout
    assert "nothing was changed" in done.stderr
    assert newest_backup(afs.home / "backups") is None


def test_nothing_is_there_to_upgrade(afs: Afs) -> None:
    done = afs.run("upgrade")
    assert done.returncode == 1
    assert f"There is nothing to upgrade in {afs.home}" in done.stderr


def test_an_older_backup_is_restored_and_brought_up_to_date(make_afs: Callable[..., Afs]) -> None:
    old, new = make_afs(), make_afs()
    with database_of(old) as url:
        load(url, NEWEST)
        before = counts(url)
    assert old.run("upgrade").returncode == 0  # which makes a backup of the tables as they were
    done = new.run("restore", str(backup_of(old)))
    assert done.returncode == 0, done.stdout + done.stderr
    with database_of(new) as url:
        assert {name: counts(url)[name] for name in before} == before
        assert json.loads(NEWEST.with_name(NEWEST.name.replace(".sql.gz", ".json")).read_text()).keys() <= before.keys()
        assert first(url, "SELECT count(*) FROM core_backup") == 0
