"""The hub: `afs up` in a home of its own, with its Postgres, Valkey, web server and workers under its supervisor."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from collections.abc import Callable, Mapping
from typing import ParamSpec, TypeVar
from urllib.parse import urlsplit

import psutil

from afsweb.cli import set_up_django
from tests.fleet.console import Console
from tests.fleet.family import alive, children, signal_all
from tests.fleet.place import Place, wait_for

P = ParamSpec("P")
T = TypeVar("T")
SERVES = "afsweb is at"


class Hub:
    """What it can be asked and told. Its programs are called "supervisor", "web", "postgres", "valkey", "worker-short"
    (takes default and generate) and "worker-long" (gpu and eval)."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.supervisor: subprocess.Popen[bytes] | None = None
        self.console = Console(place)

    def start(self) -> None:
        """`afs up`; returns once it serves. The same again after its supervisor was killed."""
        before = self.place.said("up").count(SERVES)
        process = self.supervisor = self.place.serve("up", "up")
        wait_for(
            lambda: self.place.said("up").count(SERVES) > before or process.poll() is not None,
            "the hub's start",
            told=self.place.tails,
        )
        assert process.poll() is None, self.place.tails()

    def stop(self) -> None:
        """As by Ctrl-C."""
        self.console.close()
        if self.supervisor and self.supervisor.poll() is None:
            self.supervisor.send_signal(signal.SIGTERM)
            self.supervisor.wait()

    def call(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """What the function returns when it is called as the hub."""
        return self.console.call(function, *args, **kwargs)

    def become(self) -> None:
        """Have a program be of the hub, as `afs` is there, with Django set up. Tests under pytest are of other servers:
        they `call`."""
        for name in [name for name in os.environ if name.startswith("AFS_") or name in ("DATABASE_URL", "REDIS_URL")]:
            del os.environ[name]
        os.environ.update(self.place.env)
        os.environ.update(self.place.home.environment())
        set_up_django()

    @property
    def url(self) -> str:
        return self.place.home.state()["AFS_ADDRESS"]

    def ports(self) -> Mapping[str, int]:
        """Where its servers listen."""
        state = self.place.home.state()
        urls = {"postgres": state["DATABASE_URL"], "valkey": state["REDIS_URL"], "web": state["AFS_ADDRESS"]}
        return {name: urlsplit(url).port or 0 for name, url in urls.items()}

    def pids(self) -> dict[str, int]:
        """The programs that run, by name."""
        found = {path.stem: int(json.loads(path.read_text())["pid"]) for path in self.place.home.pids.glob("*.json")}
        return {name: pid for name, pid in found.items() if alive(pid)}

    def children(self, name: str) -> list[psutil.Process]:
        """What a program of the hub has started: of a worker its job's process and that one's own."""
        return children(self.pids()[name])

    def kill(self, what: str, number: signal.Signals = signal.SIGKILL) -> int:
        """Signal one program, by its name; returns its number. The web server's processes all get it.

        Postgres takes SIGQUIT as "stop at once" (immediate mode). The supervisor starts anew what ended; itself is
        started by `start`.
        """
        pid = self.pids()[what]
        family = children(pid) if what == "web" else []
        signal_all([psutil.Process(pid), *family], number)
        if what == "supervisor" and self.supervisor and number == signal.SIGKILL:
            self.supervisor.wait()
        return pid

    def wait_for_another(self, what: str, pid: int) -> float:
        """After how many seconds its supervisor had another process in the place of `pid`."""
        return wait_for(lambda: self.pids().get(what, pid) != pid, f"another {what}", told=self.place.tails)
