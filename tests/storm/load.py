"""All that goes on while it storms: people and jobs, each in a thread of its own."""

from __future__ import annotations

import random
import threading
import time
import traceback
from collections.abc import Callable
from functools import partial

from tests.storm.acknowledged import Acknowledged
from tests.storm.ground import Ground
from tests.storm.importing import bring_in
from tests.storm.person import Person, StormOver
from tests.storm.reviewing import review
from tests.storm.working import keep_evaluating, keep_exporting, keep_training

LATE = 120.0  # seconds in which everybody has an answer to what was asked last


class Load:
    """Begin it, let it go on, end it. What broke one of the threads is in `broken`."""

    def __init__(self, ground: Ground, url: Callable[[], str], hosts: list[str], seed: int) -> None:
        self.ground, self.url, self.hosts, self.seed = ground, url, hosts, seed
        self.taken = Acknowledged()
        self.over, self.late = threading.Event(), threading.Event()
        self.people: list[Person] = []
        self.broken: list[str] = []
        self.threads = [threading.Thread(target=self._do, args=(one,), daemon=True) for one in self._all()]

    def _all(self) -> list[Callable[[], object]]:
        taken, over = self.taken, self.over
        first, second, importer = (self._person(name) for name in ("first", "second", "importer"))
        return [
            lambda: review(first, self._id("first"), taken, over, random.Random(f"{self.seed} first")),
            lambda: review(second, self._id("second"), taken, over, random.Random(f"{self.seed} second")),
            lambda: bring_in(importer, taken, over, random.Random(f"{self.seed} importer")),
            *(partial(keep_training, self.ground, host, over, taken) for host in self.hosts),
            lambda: keep_evaluating(self.ground, over, taken),
            lambda: keep_exporting(over, taken),
        ]

    def begin(self) -> None:
        for thread in self.threads:
            thread.start()

    def goes_on(self) -> bool:
        """Whether people are at it: something was imported and something decided. Raises what broke."""
        if self.broken:
            raise RuntimeError(self.broken[0])
        return bool(self.taken.files and self.taken.decisions)

    def end(self) -> None:
        """Let nobody begin anything, and wait until everybody has the answer to what was sent."""
        self.over.set()
        until = time.monotonic() + LATE
        for thread in self.threads:
            thread.join(max(0.0, until - time.monotonic()))
        self.late.set()
        for thread in self.threads:
            thread.join()
        self.taken.count("unanswered", sum(person.unanswered for person in self.people))

    def _person(self, name: str) -> Person:
        self.people.append(Person(self.url, f"storm-{name}", self.late))
        return self.people[-1]

    def _id(self, name: str) -> str:
        return str(self.ground.people[name].uuid)

    def _do(self, work: Callable[[], object]) -> None:
        try:
            work()
        except StormOver:
            self.broken.append("somebody got no answer to the end")
        except Exception:  # noqa: BLE001  whatever it was, the report must say it
            self.broken.append(traceback.format_exc())
