"""What the page's script says to the server: cards ahead, decisions in batches, the same again without harm."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from afsweb.core.models import Role, User
from datasets_app.models import Review, Sample, SampleState
from tests.review.making import MakeSamples, version

ClientAs = Callable[[Role | User], Client]
NEXT, CARDS, DECISIONS = "/review/next/", "/review/cards/", "/review/decisions/"


@pytest.fixture
def client(client_as: ClientAs, reviewer: User) -> Client:
    return client_as(reviewer)


def tell(client: Client, url: str, told: object) -> Any:
    return client.post(url, json.dumps(told), content_type="application/json")


def item(sample: Sample, decision: str = "accept", **more: Any) -> dict[str, Any]:
    about = {"sample": str(sample.uuid), "version": str(version(sample).uuid), "revision": 0}
    return {"key": str(uuid4()), "decision": decision, "reason": "", "note": "", "seconds": 0.4} | about | more


def send(client: Client, user: User, *items: object) -> list[dict[str, Any]]:
    answer = tell(client, DECISIONS, {"user": str(user.uuid), "items": items})
    assert answer.status_code == 200
    return list(answer.json()["results"])


def state(sample: Sample) -> str:
    return Sample.objects.values_list("state", flat=True).get(pk=sample.pk)


def cards(client: Client, user: User, claimed: object) -> list[dict[str, Any]]:
    """The cards of what was claimed."""
    return list(tell(client, CARDS, {"user": str(user.uuid), "claimed": claimed}).json()["cards"])


def test_samples_are_leased_and_their_cards_come_rendered(
    client: Client, reviewer: User, make_samples: MakeSamples
) -> None:
    samples = make_samples(3)
    claimed = tell(client, NEXT, {"held": [], "count": 2}).json()["claimed"]
    assert [one["sample"] for one in claimed] == [str(sample.uuid) for sample in samples[:2]]
    assert Sample.objects.filter(leased_to=reviewer).count() == 2
    shown = cards(client, reviewer, claimed)
    assert [card["sample"] for card in shown] == [one["sample"] for one in claimed]
    assert [card["version"] for card in shown] == [str(version(sample).uuid) for sample in samples[:2]]
    assert [card["revision"] for card in shown] == [0, 0]
    assert "What is at " in shown[0]["html"] and claimed[0]["ticket"] in shown[0]["html"]


def test_cards_come_in_the_order_that_is_asked_for_without_those_that_are_gone(
    client: Client, reviewer: User, make_samples: MakeSamples
) -> None:
    one, gone, other = make_samples(3)
    claimed = tell(client, NEXT, {"count": 3}).json()["claimed"]
    gone.versions.all()._raw_delete("default")
    Sample.objects.filter(pk=gone.pk)._raw_delete("default")
    assert [card["sample"] for card in cards(client, reviewer, claimed[::-1])] == [str(other.uuid), str(one.uuid)]


@pytest.mark.parametrize("claimed", [None, "x", [], [1, "x", None], [{}], [{"sample": "x"}], [{"sample": None}]])
def test_a_strange_wish_for_cards_brings_none(client: Client, reviewer: User, sample: Sample, claimed: object) -> None:
    assert cards(client, reviewer, claimed) == []


def test_a_card_is_not_shown_for_a_ticket_that_nobody_signed(client: Client, reviewer: User, sample: Sample) -> None:
    forged = [{"sample": str(sample.uuid), "ticket": "WzEsMiwzXQ:x:y"}]
    assert tell(client, CARDS, {"user": str(reviewer.uuid), "claimed": forged}).status_code == 400


def test_cards_are_not_shown_on_a_page_of_somebody_else(client: Client, trainer: User, sample: Sample) -> None:
    assert tell(client, CARDS, {"user": str(trainer.uuid), "claimed": []}).status_code == 409


def test_what_the_page_holds_does_not_come_again(client: Client, make_samples: MakeSamples) -> None:
    samples = make_samples(3)
    tell(client, NEXT, {"count": 2})
    held = [str(sample.uuid) for sample in samples[:2]]
    answer = tell(client, NEXT, {"held": held, "count": 20}).json()
    assert [one["sample"] for one in answer["claimed"]] == [str(samples[2].uuid)]
    assert answer["lost"] == []


def test_a_card_that_another_took_is_lost(client: Client, client_as: ClientAs, sample: Sample) -> None:
    tell(client, NEXT, {"count": 1})
    Sample.objects.update(leased_until=None, leased_to=None)
    tell(client_as(Role.TRAINER), NEXT, {"count": 1})
    answer = tell(client, NEXT, {"held": [str(sample.uuid)], "count": 1}).json()
    assert answer["lost"] == [str(sample.uuid)]
    assert "open in front of other reviewers" in answer["empty"]


def test_the_end_of_the_queue_comes_as_a_page_part(client: Client) -> None:
    answer = tell(client, NEXT, {"count": 5}).json()
    assert (answer["claimed"], answer["lost"]) == ([], [])
    assert "Nothing waits for review" in answer["empty"]


@pytest.mark.parametrize(
    "told", [{"count": 500}, {"count": -3}, {"count": "x"}, {"held": "x"}, {"held": [1, None, "x"]}]
)
def test_a_strange_wish_gets_a_sensible_answer(client: Client, make_samples: MakeSamples, told: dict[str, Any]) -> None:
    make_samples(25)
    answer = tell(client, NEXT, told)
    assert answer.status_code == 200
    assert len(answer.json()["claimed"]) == (20 if told.get("count") == 500 else 0)


def test_a_batch_of_decisions_is_taken_in_order(client: Client, reviewer: User, make_samples: MakeSamples) -> None:
    one, two, three = make_samples(3)
    results = send(
        client, reviewer, item(one), item(two, "reject", reason="unclear", note="why $2100?"), item(three, "golden")
    )
    assert [result["status"] for result in results] == ["saved"] * 3
    assert [state(sample) for sample in (one, two, three)] == ["accepted", "rejected", "accepted"]
    assert list(Review.objects.order_by("pk").values_list("seconds", flat=True)) == [0.4] * 3


def test_sending_the_same_batch_again_changes_nothing(
    client: Client, reviewer: User, make_samples: MakeSamples
) -> None:
    one, two = make_samples(2)
    batch = [item(one), item(two, "skip"), item(two)]
    assert send(client, reviewer, *batch) == send(client, reviewer, *batch)
    assert Review.objects.count() == 3


def test_one_refused_decision_leaves_the_others(
    client: Client, client_as: ClientAs, trainer: User, reviewer: User, make_samples: MakeSamples
) -> None:
    one, two = make_samples(2)
    send(client_as(trainer), trainer, item(one, "reject", reason="unclear"))
    first, second = send(client, reviewer, item(one), item(two))
    assert (first["status"], second["status"]) == ("refused", "saved")
    assert "a-trainer rejected it just now (hard to understand)" in first["message"]


def test_undo_by_key_puts_back_and_tells_the_revision(client: Client, reviewer: User, sample: Sample) -> None:
    taken = item(sample)
    undo = {"key": str(uuid4()), "undo": taken["key"], "sample": str(sample.uuid)}
    assert [one["status"] for one in send(client, reviewer, taken, undo)] == ["saved", "undone"]
    revisions = {str(sample.uuid): 2}
    assert send(client, reviewer, taken, undo)[1] == {"key": undo["key"], "status": "undone", "revisions": revisions}
    assert state(sample) == SampleState.PENDING
    assert send(client, reviewer, item(sample, revision=2))[0]["status"] == "saved"


def test_undo_of_what_never_arrived_or_is_not_mine_is_refused(
    client: Client, client_as: ClientAs, trainer: User, reviewer: User, sample: Sample
) -> None:
    theirs = item(sample)
    send(client_as(trainer), trainer, theirs)
    for key in (theirs["key"], str(uuid4()), "x", None, 7):
        assert send(client, reviewer, {"key": str(uuid4()), "undo": key})[0]["status"] == "refused"
    assert state(sample) == SampleState.ACCEPTED


def test_decisions_of_another_person_are_not_taken_as_mine(client: Client, trainer: User, sample: Sample) -> None:
    answer = tell(client, DECISIONS, {"user": str(trainer.uuid), "items": [item(sample)]})
    assert answer.status_code == 409
    assert state(sample) == SampleState.PENDING


def test_a_decision_for_a_cluster_is_one_item_and_one_undo(
    client: Client, reviewer: User, make_samples: MakeSamples
) -> None:
    samples = make_samples(3)
    Sample.objects.update(cluster=samples[0].pk)
    taken = item(samples[0], "reject", reason="duplicate", cluster=True)
    for _ in range(2):
        saved = send(client, reviewer, taken)[0]
        assert (saved["status"], len(saved["samples"]), saved["left_out"]) == ("saved", 3, 0)
    assert Review.objects.count() == 3
    undone = send(client, reviewer, {"key": str(uuid4()), "undo": taken["key"]})[0]
    assert undone["revisions"] == {str(sample.uuid): 2 for sample in samples}
    assert [state(sample) for sample in samples] == ["pending"] * 3


def test_the_page_learns_what_it_can_undo_newest_first(
    client: Client, client_as: ClientAs, trainer: User, reviewer: User, make_samples: MakeSamples
) -> None:
    samples = make_samples(60)
    items = [item(sample, "reject", reason="unclear") for sample in samples[:55]]
    send(client, reviewer, *items[:50])
    send(client, reviewer, *items[50:])
    send(client_as(trainer), trainer, item(samples[56]))
    past = tell(client, NEXT, {"past": True}).json()["past"]
    assert [one["key"] for one in past] == [one["key"] for one in reversed(items)][:50]
    assert past[0] == {
        "key": items[54]["key"],
        "sample": str(samples[54].uuid),
        "decision": "reject",
        "reason": "unclear",
    }


def test_one_card_can_be_asked_for_and_is_leased(client: Client, reviewer: User, make_samples: MakeSamples) -> None:
    sample = make_samples(3)[2]
    shown = tell(client, NEXT, {"show": str(sample.uuid)}).json()["shown"]
    assert shown["sample"] == str(sample.uuid)
    assert "data-card" in cards(client, reviewer, [shown])[0]["html"]
    assert Sample.objects.get(pk=sample.pk).leased_to == reviewer
    for unknown in (str(UUID(int=1)), "x", None, 7):
        assert tell(client, NEXT, {"show": unknown}).json()["shown"] is None


def test_cards_are_not_claimed_by_a_page_of_somebody_else(client: Client, trainer: User, sample: Sample) -> None:
    assert tell(client, NEXT, {"user": str(trainer.uuid), "count": 5}).status_code == 409
    assert not Sample.objects.filter(leased_to__isnull=False).exists()


@pytest.mark.parametrize(
    "broken",
    [
        {"key": None},
        {"key": ["x"]},
        {"version": "x"},
        {"version": str(UUID(int=1))},
        {"revision": None},
        {"revision": 2**40},
        {"revision": {"a": 1}},
        {"decision": "edit"},
        {"decision": "\ud800"},
        {"decision": "reject"},
        {"note": "\ud800"},
        {"note": "a\0b"},
        {"seconds": "x"},
        {"seconds": float("nan")},
        {"seconds": float("inf")},
    ],
)
def test_a_broken_decision_is_refused_with_words(
    client: Client, reviewer: User, sample: Sample, broken: dict[str, Any]
) -> None:
    result = send(client, reviewer, item(sample) | broken)[0]
    assert result["status"] == "refused"
    assert result["message"].startswith("Not counted")
    assert not Review.objects.exists()


@pytest.mark.parametrize("body", ["", "{", "[]", '"x"', "[" * 20_000, b"\xff\xfe"])
@pytest.mark.parametrize("url", [NEXT, CARDS, DECISIONS])
def test_what_is_no_json_object_is_a_bad_request(client: Client, url: str, body: str | bytes) -> None:
    assert client.post(url, body, content_type="application/json").status_code == 400


def test_a_form_of_another_site_decides_nothing(reviewer: User, sample: Sample) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(reviewer)
    assert tell(strict, DECISIONS, {"user": str(reviewer.uuid), "items": [item(sample)]}).status_code == 403
    assert state(sample) == SampleState.PENDING


def test_cards_and_decisions_cost_few_queries(
    client: Client,
    reviewer: User,
    make_samples: MakeSamples,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    samples = make_samples(40)
    with django_assert_max_num_queries(5):
        claimed = tell(client, NEXT, {"held": [str(samples[30].uuid)], "count": 20}).json()["claimed"]
    with django_assert_max_num_queries(6):
        assert len(cards(client, reviewer, claimed)) == 20
    with django_assert_max_num_queries(8):
        send(client, reviewer, item(samples[0]))
