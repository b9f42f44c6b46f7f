"""A queue: which samples wait for a person, as somebody saved it or as the address says it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q, QuerySet, TextChoices
from django.db.models.functions import Left

from afsweb.core.models import User
from datasets_app.models import PASSING, Decider, Review, ReviewQueue, Sample, SampleState
from datasets_app.models.sample import UNDECIDED
from datasets_app.review.leases import is_free_for
from datasets_app.review.order import candidates, ranks
from datasets_app.review.seats import begun, judged_by, seats_are_left
from datasets_app.review.ticket import Ticket
from datasets_app.search.filters import filter_samples, read_filter

COUNT_CAP = 1000


class Show(TextChoices):
    WAITING = "waiting", "waits for review"
    GATE = "gate", "decided by the gate"
    PASSED = "passed", "skipped or flagged by me"
    DISPUTED = "disputed", "judged differently by several people"


def everything() -> ReviewQueue:
    """The rules of what the address alone asks for: the most uncertain first, nothing at random, nothing twice."""
    return ReviewQueue(name="Everything that waits", random_share=0, repeat_share=0)


def filtered(show: Show = Show.WAITING, **query: str) -> Queue:
    """The queue of an address without a saved queue: fields of the samples' filter as text."""
    rules = everything()
    rules.query = {name: value for name, value in query.items() if value}
    return Queue(rules, show)


@dataclass(frozen=True)
class Queue:
    """What a person reviews from: the rules of a queue, saved or said by the address, and which part of it."""

    rules: ReviewQueue = field(default_factory=everything)
    show: Show = Show.WAITING
    _read: dict[int, dict[str, Any]] = field(default_factory=dict, compare=False, repr=False)

    @property
    def is_saved(self) -> bool:
        return self.rules.pk is not None

    def query(self, **more: object) -> str:
        """The queue as a query string, `more` before it; empty for the plain queue."""
        mine = {"queue": self.rules.uuid} if self.is_saved else self.rules.query
        told = more | mine | {"show": "" if self.show == Show.WAITING else self.show.value}
        return urlencode({name: value for name, value in told.items() if value})

    @property
    def part(self) -> Show:
        """Which part is asked for, by the address or by the filter itself."""
        asked = self.rules.query
        if self.show != Show.WAITING:
            return self.show
        if asked.get("disputed") == "yes":
            return Show.DISPUTED
        is_gates = asked.get("decided_by") == Decider.GATE or asked.get("state") in (
            SampleState.ACCEPTED,
            SampleState.REJECTED,
        )
        return Show.GATE if is_gates else Show.WAITING

    @property
    def overlap(self) -> int:
        """How many people judge each; one settles what several judged differently."""
        return 1 if self.part == Show.DISPUTED else self.rules.overlap

    def ticket(self, repeat_of_id: int | None = None) -> str:
        """What a card that was claimed from it carries; the card silently repeats that decision."""
        return Ticket(self.rules.pk, self.overlap, repeat_of_id).sign()

    def wanted(self, user: User) -> dict[str, Any]:
        """What the filter asks for when `user` does. Raises FilterGone, lest it hands out more than was meant."""
        given = {name: value for name, value in self.rules.query.items() if value not in ("", None)}
        if user.pk not in self._read:
            self._read[user.pk] = read_filter(given, user) if given else {}
        return self._read[user.pk]

    def samples(self, user: User) -> QuerySet[Sample]:
        """Every sample that may be handed to `user`, whoever holds it now.

        What `user` skipped or flagged is in the queue of those, what `user` judged in none.
        """
        # Not correlated, so that Postgres hashes it: compared one by one, many skipped ones cost their square.
        passed = Review.objects.filter(reviewer=user, undone_at__isnull=True, decision__in=PASSING).values("version")
        mine = Q(current__in=passed) if self.show == Show.PASSED else ~Q(current__in=passed)
        rows = Sample.objects.filter(standing(self.part), mine, assigned_to_nobody_else(user), current__isnull=False)
        rows = rows.filter(~judged_by(user, self.rules)) if self.overlap > 1 else rows
        return filter_samples(rows, self.wanted(user))

    def free(self, user: User) -> Q:
        """The condition that nobody else holds a sample now."""
        if self.part == Show.DISPUTED:
            return is_free_for(user)
        left = Q(seats_are_left(user, self.rules)) if self.overlap > 1 else Q()
        return is_free_for(user) & ~begun(but=self.rules) & left


def standing(part: Show) -> Q:
    """What a sample's own columns must say: undecided by a person, or disputed."""
    if part == Show.DISPUTED:
        return Q(is_disputed=True, state=SampleState.PENDING)
    if part == Show.GATE:
        return UNDECIDED & Q(decided_by=Decider.GATE, state__in=(SampleState.ACCEPTED, SampleState.REJECTED))
    return UNDECIDED & Q(decided_by=Decider.NOBODY, state=SampleState.PENDING)


def assigned_to_nobody_else(user: User) -> Q:
    """The condition that a sample may be handed to `user`."""
    return Q(assigned_to__isnull=True) | Q(assigned_to=user)


def count_waiting(queue: Queue, user: User) -> int:
    """How many samples are in the queue for `user`, COUNT_CAP at most."""
    return queue.samples(user)[:COUNT_CAP].count()


def coming(queue: Queue, user: User, count: int) -> list[Sample]:
    """The first `count` samples of the queue for `user` in its order, whoever holds them, with their `question`."""
    rules = queue.rules
    near = candidates(queue.samples(user), rules.order).values("pk")
    rows = Sample.objects.filter(pk__in=near).select_related("domain", "source")
    return list(rows.annotate(question=Left("current__instruction", 200)).order_by(*ranks(rules.order))[:count])
