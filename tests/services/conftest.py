"""A running afsweb in a home of its own, started as a person starts it."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from afsweb.services.home import CHECKOUT
from tests.servers import roomy_temporary_directory

PATIENCE = 180.0  # seconds; a busy machine may need many: a first start makes a database


def wait_for(true: Callable[[], object], what: str) -> None:
    """Return when `true()` is; fail the test when it does not become so."""
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end, f"{what} did not happen within {PATIENCE:.0f} s"
        time.sleep(0.05)


def answers(address: str) -> bool:
    try:
        urllib.request.urlopen(address, timeout=5).close()
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
    return True


@dataclass
class Afs:
    """`afs` in one home, with an environment that no other test shares."""

    home: Path
    settings: dict[str, str] = field(default_factory=dict)
    supervisors: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def env(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("AFS_", "DJANGO_"))}
        del kept["DATABASE_URL"], kept["REDIS_URL"]
        return kept | {"AFS_HOME": str(self.home)} | self.settings

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """`afs ARGUMENTS` to its end."""
        command = [sys.executable, "-m", "afsweb.cli", *arguments]
        return subprocess.run(command, env=self.env, cwd=CHECKOUT, capture_output=True, text=True, timeout=PATIENCE)

    def start(self, *command: str) -> subprocess.Popen[bytes]:
        """`afs up`, or another command that serves, without waiting."""
        with self.out.open("ab") as out:
            process = subprocess.Popen(
                [sys.executable, *(command or ("-m", "afsweb.cli", "up"))],
                env=self.env,
                cwd=CHECKOUT,
                stdout=out,
                stderr=subprocess.STDOUT,
            )
        self.supervisors.append(process)
        return process

    def up(self) -> subprocess.Popen[bytes]:
        """`afs up`, once it serves."""
        before = self.output().count("afsweb is at")
        process = self.start()
        wait_for(lambda: self.output().count("afsweb is at") > before or process.poll() is not None, "the start")
        assert process.poll() is None, self.output()
        return process

    @property
    def out(self) -> Path:
        return self.home.with_suffix(".out")

    def output(self) -> str:
        """What its starts have printed so far."""
        return self.out.read_text() if self.out.exists() else ""

    def password(self) -> str:
        """The one-time password that the first start printed."""
        return str(re.findall(r"one-time password (\S+)", self.output())[-1])

    def state(self) -> dict[str, str]:
        return dict(json.loads((self.home / "run.json").read_text()))

    def pids(self) -> dict[str, int]:
        """The numbers of the programs that `afs` wrote down as running, by name."""
        return {path.stem: json.loads(path.read_text())["pid"] for path in (self.home / "run").glob("*.json")}

    def close(self) -> None:
        """Stop what still runs."""
        for process in self.supervisors:
            ended_before = process.poll() is not None
            process.send_signal(signal.SIGTERM)
            assert process.wait(PATIENCE) == 0 or ended_before, self.output()
        if (self.home / "run").exists():
            self.run("stop")


@pytest.fixture(scope="session")
def directory() -> Generator[Path]:
    """A place for homes that Postgres' own user can reach."""
    directory = roomy_temporary_directory()
    yield directory
    shutil.rmtree(directory)


@pytest.fixture
def make_afs(directory: Path) -> Generator[Callable[..., Afs]]:
    """`make_afs(NAME="value")`: an `afs` in a new home with these settings; it is stopped when the test ends."""
    made: list[Afs] = []

    def make(**settings: str) -> Afs:
        afs = Afs(Path(tempfile.mkdtemp(dir=directory)) / "home", settings)
        afs.home.parent.chmod(0o755)
        made.append(afs)
        return afs

    yield make
    for afs in made:
        afs.close()


@pytest.fixture
def afs(make_afs: Callable[..., Afs]) -> Afs:
    return make_afs()


@pytest.fixture(scope="session")
def shared_afs(directory: Path) -> Generator[Afs]:
    """One that serves all the time; tests look at it and leave it as it is."""
    afs = Afs(directory / "shared")
    afs.up()
    yield afs
    afs.close()
