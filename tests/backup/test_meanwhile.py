"""People go on working while a backup is made: it holds one moment, and every file that this moment names."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connection, transaction

from afsweb.backup import holding, making
from afsweb.backup.contents import check
from afsweb.backup.errors import AlwaysInTheWay
from afsweb.backup.making import Install, make_backup
from afsweb.core.artifacts import drop_artifact
from afsweb.core.models import Artifact, Event
from tests.backup.conftest import add_artifact
from tests.services.conftest import wait_for

WAITS = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE %s"


@contextmanager
def meanwhile(work: Callable[[], object]) -> Iterator[None]:
    """Somebody else does `work`, on a connection of their own; it is over when the block is left."""

    def run() -> None:
        work()
        connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield
    finally:
        thread.join(60)


def drop(name: str, *, hang_up: bool = False) -> None:
    with transaction.atomic():
        drop_artifact(Artifact.objects.get(name=name))
    if hang_up:
        connection.close()


def somebody_waits(conninfo: str) -> bool:
    with psycopg.connect(conninfo) as watcher:
        row = watcher.execute(WAITS, ["%core_artifact%FOR UPDATE%"]).fetchone()
    return bool(row and row[0])


def test_whoever_deletes_an_artifact_waits_until_it_is_held(
    install: Install, places: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    doomed = add_artifact(places, "doomed")
    really = holding._hold_files
    somebody = threading.Thread(target=lambda: drop("doomed", hang_up=True))

    def hold_files(source: Path, target: Path) -> None:
        if somebody.ident is None:
            somebody.start()
            wait_for(lambda: somebody_waits(install.conninfo), "the wait of who deletes")
        really(source, target)

    monkeypatch.setattr(holding, "_hold_files", hold_files)
    contents = check(make_backup(install, places / "backups"))
    somebody.join(60)
    assert not Artifact.objects.filter(name="doomed").exists()
    assert doomed.sha256 in contents.artifacts and not contents.missing


def pass_by(places: Path, monkeypatch: pytest.MonkeyPatch, *, times: int) -> list[Artifact]:
    """An artifact comes after the locks and goes after the moment, `times` times; those that did."""
    passed: list[Artifact] = []
    lock_all, lock_rest = holding._lock_all, holding._lock_rest

    def come(*arguments: Any) -> set[str]:
        locked = lock_all(*arguments)
        if len(passed) < times:
            passed.append(add_artifact(places, f"passing-{len(passed)}"))
        return locked

    def go(holder: Any, wanted: set[str]) -> bool:
        if wanted:
            drop(passed[-1].name)
        return lock_rest(holder, wanted)

    monkeypatch.setattr(holding, "_lock_all", come)
    monkeypatch.setattr(holding, "_lock_rest", go)
    return passed


def test_one_that_came_and_went_meanwhile_makes_it_look_again(
    install: Install, places: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    passed = pass_by(places, monkeypatch, times=1)
    contents = check(make_backup(install, places / "backups"))
    assert len(passed) == 1 and passed[0].sha256 not in contents.artifacts
    assert contents.rows["core_artifact"] == 2 and not contents.missing


def test_it_gives_up_where_that_never_ends(install: Install, places: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pass_by(places, monkeypatch, times=holding.TRIES)
    with pytest.raises(AlwaysInTheWay, match="5 times"):
        make_backup(install, places / "backups")
    assert list((places / "backups").iterdir()) == []


def test_what_comes_after_the_moment_is_not_in_it(
    install: Install, places: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    really = making._dump

    def dump(*arguments: Any) -> None:
        add_artifact(places, "late")
        really(*arguments)

    monkeypatch.setattr(making, "_dump", dump)
    contents = check(make_backup(install, places / "backups"))
    assert contents.rows["core_artifact"] == 2 and len(contents.artifacts) == 2
    assert Artifact.objects.count() == 3


def test_backups_under_a_crowd_that_makes_and_deletes_are_each_whole(install: Install, places: Path) -> None:
    over = threading.Event()

    def work() -> None:
        for number in range(200):
            add_artifact(places, f"passing-{number}")
            if number >= 3:
                drop(f"passing-{number - 3}")
            if over.is_set():
                return

    with meanwhile(work):
        made = [make_backup(install, places / "backups") for _ in range(4)]
        over.set()
    for place in made:
        contents = check(place)
        assert not contents.missing
        assert contents.rows["core_artifact"] == len(contents.artifacts)
    assert Event.objects.exists()
