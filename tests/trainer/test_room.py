"""A disk that has no room for the next checkpoint stops the run before it writes half of one."""

from __future__ import annotations

import shutil
from collections import namedtuple
from pathlib import Path

import pytest

from training_app.trainer.errors import NoRoom
from training_app.trainer.room import Room

MIB = 1 << 20
Usage = namedtuple("Usage", "total used free")


def free(monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(10 * size, 9 * size, size))


def test_twice_a_checkpoint_must_be_free(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    room = Room(tmp_path, 100 * MIB)
    free(monkeypatch, 200 * MIB)
    room.check()
    free(monkeypatch, 200 * MIB - 1)
    with pytest.raises(NoRoom, match=r"200 MiB are free in .*, and a checkpoint of this run needs 200 MiB\. Delete"):
        room.check()


def test_what_a_checkpoint_took_goes_before_what_was_expected(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    room = Room(tmp_path, 100 * MIB)
    room.weigh(3 * 1024 * MIB)
    free(monkeypatch, 5 * 1024 * MIB)
    with pytest.raises(NoRoom, match=r"5\.0 GiB are free .* needs 6\.0 GiB"):
        room.check()
