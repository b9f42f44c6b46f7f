"""A machine that joined: its workers, as a person starts them there, and what can happen to them."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Mapping

import psutil

from tests.fleet.family import children, signal_all
from tests.fleet.links import Links
from tests.fleet.place import Place, wait_for

TAKES = "takes jobs from"


class WorkerHost:
    """`workers` are the queues of each worker, by the worker's name. Its servers are reached through `links` alone."""

    def __init__(self, place: Place, links: Links, workers: Mapping[str, str]) -> None:
        self.place, self.links, self.workers = place, links, workers
        self.running: dict[str, subprocess.Popen[bytes]] = {}

    @property
    def name(self) -> str:
        return self.place.name

    def start(self, *names: str) -> None:
        """`afs worker` for these, or for all that do not run; returns once they take jobs."""
        before = {name: self.place.said(name).count(TAKES) for name in names or self.workers if not self.is_up(name)}
        for name in before:
            self.running[name] = self.place.serve(name, "worker", "--queues", self.workers[name], "--name", name)
        wait_for(
            lambda: all(self.place.said(name).count(TAKES) > count for name, count in before.items()),
            f"the workers of {self.name}",
            told=self.place.tails,
        )

    def stop(self) -> None:
        """As by Ctrl-C; frozen ones are thawed first."""
        self.thaw()
        for process in self.running.values():
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
        for process in self.running.values():
            process.wait()

    def is_up(self, name: str) -> bool:
        return name in self.running and self.running[name].poll() is None

    def pids(self) -> dict[str, int]:
        """Its workers that run, by name."""
        return {name: process.pid for name, process in self.running.items() if process.poll() is None}

    def children(self, name: str) -> list[psutil.Process]:
        """The process of the worker's job, if it has one, and what that one started (a trainer)."""
        pids = self.pids()
        return children(pids[name]) if name in pids else []

    def all_processes(self) -> list[psutil.Process]:
        pids = self.pids()
        return [*map(psutil.Process, pids.values()), *(child for name in pids for child in self.children(name))]

    def kill_child(self, name: str) -> int:
        """kill -9 of the worker's job alone, not of what it started; returns its number."""
        child = psutil.Process(self.pids()[name]).children()[0]
        child.kill()
        return int(child.pid)

    def kill_worker(self, name: str) -> int:
        """kill -9 of the worker alone; returns its number."""
        pid = self.pids()[name]
        self.running[name].kill()
        self.running[name].wait()
        return pid

    def kill(self) -> None:
        """kill -9 of everything there at once; its kernel lives on and closes what was open."""
        signal_all(self.all_processes())
        for process in self.running.values():
            process.wait()

    def lose_power(self) -> None:
        """Everything is gone at once, and nobody tells the hub: its ends of the connections stay open."""
        self.links.drop()
        self.kill()

    def freeze(self) -> None:
        """SIGSTOP to everything there: the connections live, nothing moves."""
        signal_all(self.all_processes(), signal.SIGSTOP)

    def thaw(self) -> None:
        """SIGCONT."""
        signal_all(self.all_processes(), signal.SIGCONT)
