"""Queues to review from, and judgements from them."""

from __future__ import annotations

from typing import Any

from afsweb.core.models import Role, User
from datasets_app.models import Decision, RejectReason, Review, ReviewQueue, Sample
from datasets_app.review.decisions import decide
from datasets_app.review.queue import Queue
from datasets_app.review.ticket import Ticket
from tests.review.making import version


def saved(**rules: Any) -> Queue:
    """A shared queue without chance in it, unless `rules` say otherwise."""
    told = {"name": "a queue", "is_shared": True, "random_share": 0, "repeat_share": 0} | rules
    return Queue(ReviewQueue.objects.create(**told))


def people(count: int) -> list[User]:
    return [User.objects.create(username=f"person {n}", role=Role.REVIEWER) for n in range(count)]


def judge(user: User, sample: Sample, decision: Decision, queue: Queue, **more: Any) -> Review:
    """The person's decision on the sample's text as it came with a card of `queue`."""
    now = Sample.objects.select_related("current").get(pk=sample.pk)
    reason = RejectReason.WRONG_FACT if decision == Decision.REJECT else ""
    repeat_of_id = more.pop("repeat_of_id", None)
    ticket = Ticket(queue.rules.pk, queue.overlap, repeat_of_id)
    return decide(user, version(now), decision, revision=now.revision, reason=reason, ticket=ticket, **more)
