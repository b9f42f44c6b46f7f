"""What the disk has no room for is no half of a compiled module: nothing that works writes any."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from afsweb.services import bytecode
from afsweb.services.bytecode import CHECKOUT, WITHOUT, compile_ahead
from afsweb.services.home import Home


def run(prefix: Path, *command: str) -> list[str]:
    """The modules that a Python whose compiled ones go to `prefix` compiled."""
    env = {name: value for name, value in os.environ.items() if name not in WITHOUT}
    subprocess.run([sys.executable, *command], cwd=CHECKOUT, env=env | {"PYTHONPYCACHEPREFIX": str(prefix)})
    below = prefix.joinpath(*CHECKOUT.parts[1:])
    return [path.name.partition(".")[0] for path in below.rglob("*.pyc")]


@pytest.mark.parametrize(
    "command", [("manage.py", "afs_job", "--help"), ("-m", "afsweb.cli", "job", "list")], ids=["a job", "afs"]
)
def test_what_works_compiles_nothing_that_it_imports_later(tmp_path: Path, command: tuple[str, ...]) -> None:
    assert not {"settings", "job", "child", "worker"} & set(run(tmp_path, *command))


def test_what_is_started_writes_none(tmp_path: Path) -> None:
    assert Home(tmp_path).environment().items() >= WITHOUT.items()


def test_all_is_compiled_ahead(tmp_path: Path) -> None:
    ahead = run(tmp_path, "-c", "from afsweb.services.bytecode import compile_ahead; assert compile_ahead()")
    assert {"settings", "child", "training", "runner"} <= set(ahead)


def test_without_room_nothing_is_compiled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bytecode, "ROOM", 1 << 62)
    assert not compile_ahead()
