"""Plain decisions of a batch are written together: the same rows as one by one, in few statements, none lost."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from afsweb.core.models import Event, Role, User
from datasets_app.models import Decision, RejectReason, Review, Sample, SampleState
from datasets_app.review.decisions import archive, decide
from datasets_app.review.ticket import Ticket
from tests.review.making import MakeSamples, version
from tests.review.queues import saved
from tests.review.test_decide_at_once import at_once
from tests.review.test_wire import DECISIONS, item, send

COLUMNS = ("state", "decided_by", "is_golden", "is_disputed", "revision", "leased_to", "leased_until")
KINDS: tuple[dict[str, Any], ...] = (
    {"decision": "accept"},
    {"decision": "reject", "reason": RejectReason.WRONG_FACT.value, "note": "it is INIDISP"},
    {"decision": "skip"},
    {"decision": "accept"},
)


@pytest.fixture
def client(client_as: Callable[[Role | User], Client], reviewer: User) -> Client:
    return client_as(reviewer)


def batch(samples: list[Sample]) -> list[dict[str, Any]]:
    return [item(sample, **KINDS[place % len(KINDS)]) for place, sample in enumerate(samples)]


def kept(sample: Sample) -> list[dict[str, Any]]:
    """What a decision left of a sample, but for what tells samples, keys and moments apart."""
    rows = list(Sample.objects.filter(pk=sample.pk).values(*COLUMNS))
    rows += Review.objects.filter(sample=sample).values("decision", "reason", "note", "seconds", "before", "queue")
    rows += Event.objects.filter(object_id=sample.pk).values("verb", "actor", "source", "before", "after", "reason")
    for row in rows:
        for side in {"before", "after"} & row.keys():
            assert row[side].pop("version") == sample.current_id
    return rows


def test_the_same_rows_as_one_by_one(client: Client, reviewer: User, make_samples: MakeSamples) -> None:
    samples = make_samples(8)
    Sample.objects.update(leased_to=reviewer)
    together, alone = samples[:4], samples[4:]
    assert {one["status"] for one in send(client, reviewer, *batch(together))} == {"saved"}
    for one in batch(alone):
        send(client, reviewer, one)
    assert [kept(sample) for sample in together] == [kept(sample) for sample in alone]
    assert Sample.objects.filter(leased_to__isnull=False).count() == 0


def test_history_and_decisions_are_in_the_order_of_the_batch(
    client: Client, reviewer: User, make_samples: MakeSamples
) -> None:
    items = batch(make_samples(12))[::-1]
    send(client, reviewer, *items)
    keys = [one["key"] for one in items]
    assert [str(key) for key in Review.objects.order_by("pk").values_list("key", flat=True)] == keys
    assert [str(key) for key in Event.objects.order_by("pk").values_list("batch", flat=True)] == keys


def test_twenty_cost_eight_queries(
    client: Client,
    reviewer: User,
    make_samples: MakeSamples,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    told = {"user": str(reviewer.uuid), "items": batch(make_samples(20))}
    # Two of these are the begin and the end of the one transaction.
    with django_assert_max_num_queries(8 + 2):
        answer = client.post(DECISIONS, json.dumps(told), content_type="application/json")
    assert [one["status"] for one in answer.json()["results"]] == ["saved"] * 20


def test_the_same_batch_again_changes_nothing(client: Client, reviewer: User, make_samples: MakeSamples) -> None:
    items = batch(make_samples(4))
    first = send(client, reviewer, *items)
    assert send(client, reviewer, *items) == first
    assert send(client, reviewer, *items[2:], *items[:2]) == first[2:] + first[:2]
    assert (Review.objects.count(), Event.objects.count()) == (4, 4)


def test_one_that_does_not_fit_is_refused_and_the_others_are_saved(
    client: Client, reviewer: User, make_samples: MakeSamples
) -> None:
    late, put_aside, plain, missing, without_reason = make_samples(5)
    decide(reviewer, version(late), Decision.REJECT, revision=0, reason="unclear")
    archive(reviewer, put_aside, revision=0)
    items = [
        item(late),
        item(put_aside),
        item(plain),
        item(missing, version=str(uuid4())),
        item(without_reason, "reject"),
    ]
    results = send(client, reviewer, *items)
    assert [one["status"] for one in results] == ["refused", "refused", "saved", "refused", "refused"]
    assert "rejected it" in results[0]["message"]
    assert Sample.objects.get(pk=plain.pk).state == SampleState.ACCEPTED
    assert Sample.objects.get(pk=without_reason.pk).state == SampleState.PENDING


def test_two_decisions_on_one_sample_are_taken_in_their_order(
    client: Client, reviewer: User, make_samples: MakeSamples
) -> None:
    twice, other = make_samples(2)
    results = send(client, reviewer, item(twice, "skip"), item(other), item(twice))
    assert [one["status"] for one in results] == ["saved"] * 3
    decisions = Review.objects.filter(sample=twice).order_by("pk").values_list("decision", flat=True)
    assert list(decisions) == ["skip", "accept"]


def test_a_key_that_was_used_for_something_else_is_refused(
    client: Client, reviewer: User, make_samples: MakeSamples
) -> None:
    first, second, third = make_samples(3)
    used = item(first)
    send(client, reviewer, used)
    results = send(client, reviewer, item(second, key=used["key"]), item(third))
    assert [one["status"] for one in results] == ["refused", "saved"]
    assert Sample.objects.get(pk=second.pk).state == SampleState.PENDING


def test_golden_samples_and_opinions_go_their_own_way(
    client: Client, reviewer: User, make_samples: MakeSamples
) -> None:
    golden, judged, plain = make_samples(3)
    decide(reviewer, version(golden), Decision.GOLDEN, revision=0)
    ticket = Ticket(saved(overlap=2).rules.pk, 2).sign()
    rejected = item(golden, "reject", reason="unclear", revision=1)
    results = send(client, reviewer, rejected, item(judged, ticket=ticket), item(plain))
    assert [one["status"] for one in results] == ["saved"] * 3
    assert not Sample.objects.get(pk=golden.pk).is_golden
    assert Review.objects.get(sample=judged).is_opinion
    assert Sample.objects.get(pk=judged.pk).state == SampleState.PENDING


@pytest.mark.django_db(transaction=True)
def test_a_sample_that_another_transaction_holds_is_waited_for_in_its_turn(
    client: Client, reviewer: User, make_samples: MakeSamples
) -> None:
    """What stands before it is saved; what stands behind it comes later, for undo goes through them in that order."""
    samples = make_samples(3)
    seen: list[int] = []
    is_held = threading.Event()

    def hold() -> None:
        with transaction.atomic():
            Sample.objects.select_for_update().get(pk=samples[1].pk)
            is_held.set()
            until = time.monotonic() + 20
            while not Review.objects.exists() and time.monotonic() < until:
                time.sleep(0.005)
            time.sleep(0.3)
            seen[:] = Review.objects.values_list("sample", flat=True)

    def send_then() -> object:
        assert is_held.wait(20)
        return send(client, reviewer, *batch(samples))

    _, results = at_once(hold, send_then)
    assert seen == [samples[0].pk]
    assert [one["status"] for one in results] == ["saved"] * 3  # type: ignore[attr-defined]
    assert list(Review.objects.order_by("pk").values_list("sample", flat=True)) == [one.pk for one in samples]


def test_a_decision_that_came_before_does_not_change_the_order_of_the_others(
    client: Client, reviewer: User, make_samples: MakeSamples
) -> None:
    items = batch(make_samples(6))
    send(client, reviewer, items[2])
    assert [one["status"] for one in send(client, reviewer, *items)] == ["saved"] * 6
    keys = [str(key) for key in Review.objects.order_by("pk").values_list("key", flat=True)]
    assert keys == [items[2]["key"], *(one["key"] for one in items if one is not items[2])]


@pytest.mark.django_db(transaction=True)
def test_one_batch_sent_eight_times_at_once_counts_once(
    client_as: Callable[[Role | User], Client], reviewer: User, make_samples: MakeSamples
) -> None:
    items = batch(make_samples(10))
    clients = [client_as(reviewer) for _ in range(8)]
    came = at_once(*(partial(send, one, reviewer, *items) for one in clients))
    assert {one["status"] for results in came for one in results} == {"saved"}  # type: ignore[attr-defined]
    assert (Review.objects.count(), Event.objects.count()) == (10, 10)
    assert Sample.objects.filter(revision__gt=1).count() == 0
