"""Thirty-two reviewers at work on one queue at the same time, of whom two leave in the middle with cards in hand."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Generator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from tests.reviewing.reviewer import Hands, Reviewer
from tests.reviewing.webserver import WebServer

PEOPLE, VANISHING = 32, 2
STUCK = 120  # seconds without a decision, after which nothing more is waited for
LOOK, TELL = 0.5, 15  # seconds between looks at the database, and between lines about it


class Crowd:
    """The reviewers of a queue of its own, in which `overlap` of them judge each sample."""

    def __init__(self, server: WebServer, overlap: int) -> None:
        from datasets_app.models import ReviewQueue
        from datasets_app.review.leases import LEASE_SECONDS

        self.overlap = overlap
        # Nothing is shown twice: a repeat would come on top of what each sample is judged.
        self.queue = ReviewQueue.objects.create(name=f"by {overlap}", overlap=overlap, is_shared=True, repeat_share=0)
        self.hands = Hands(overlap, LEASE_SECONDS)
        self.over, self.leaving = threading.Event(), threading.Event()
        self.users = [_user(f"reviewer {number} of {overlap}") for number in range(PEOPLE)]
        self.vanishing = self.users[:VANISHING]
        self.reviewers = [self._reviewer(server, user, seed) for seed, user in enumerate(self.users)]
        self.seconds = 0.0
        self._wrong: list[BaseException] = []

    def _reviewer(self, server: WebServer, user: Any, seed: int) -> Reviewer:
        leaving = self.leaving if user in self.vanishing else threading.Event()
        told = (str(user.uuid), _session(user), str(self.queue.uuid))
        return Reviewer(server, *told, self.hands, self.over, leaving, seed)

    @contextmanager
    def at_work(self) -> Generator[None]:
        """Everybody works as long as the block lasts. Raises what one of them raised."""
        threads = [threading.Thread(target=self._work, args=[reviewer]) for reviewer in self.reviewers]
        begin = time.perf_counter()
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self.seconds = time.perf_counter() - begin
            self.over.set()
            for thread in threads:
                thread.join()
        if self._wrong:
            raise self._wrong[0]

    def _work(self, reviewer: Reviewer) -> None:
        try:
            reviewer.work()
        except BaseException as error:  # noqa: BLE001  raised again in the thread of `at_work`
            self._wrong.append(error)

    def wait_for(self, decisions: int, *, but_held: bool = False) -> None:
        """Wait until so many are taken, or until none is for STUCK.

        `but_held`: those count as taken that wait for a lease of somebody who vanished to end.
        """
        done, moved_at, told_at = -1, time.monotonic(), 0.0
        while not self._wrong and time.monotonic() - moved_at < STUCK:
            before, done = done, self.decisions().count()
            moved_at = moved_at if done == before else time.monotonic()
            if done + (self._held_by_the_vanished().count() if but_held else 0) >= decisions:
                return
            if time.monotonic() - told_at > TELL:
                told_at = time.monotonic()
                print(f"# overlap {self.overlap}: {done:,} of {decisions:,}", file=sys.stderr, flush=True)
            time.sleep(LOOK)

    def decisions(self) -> Any:
        """What was decided in this queue."""
        from datasets_app.models import Review

        return Review.objects.filter(queue=self.queue)

    def end_leases(self) -> float:
        """Let the leases of who vanished be over; returns how many seconds the longest of them had left."""
        from django.db.models import F, Max
        from django.db.models.functions import Now

        held = self._held_by_the_vanished()
        left = held.aggregate(left=Max(F(self._until) - Now()))["left"] or timedelta()
        held.update(**{self._until: Now()})
        for user in self.vanishing:
            self.hands.forget(str(user.uuid))
        return float(left.total_seconds())

    @property
    def _until(self) -> str:
        return "leased_until" if self.overlap == 1 else "until"

    def _held_by_the_vanished(self) -> Any:
        from django.db.models.functions import Now

        from datasets_app.models import Sample, Seat

        if self.overlap == 1:
            return Sample.objects.filter(leased_to__in=self.vanishing, leased_until__gt=Now())
        return Seat.objects.filter(reviewer__in=self.vanishing, review__isnull=True, until__gt=Now())


def _user(name: str) -> Any:
    from afsweb.core.models import Role, User

    return User.objects.create(username=name, role=Role.REVIEWER)


def _session(user: Any) -> str:
    from django.test import Client

    client = Client()
    client.force_login(user)
    return client.cookies["sessionid"].value
