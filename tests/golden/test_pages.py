"""The page of goldens: what waits for me first, filters, and the three things a reviewer can do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from afsweb.core.models import Role, User
from datasets_app.models import Decision, Domain, Sample, Snapshot, SnapshotEntry, Text
from tests.golden.doing import is_golden, take
from tests.review import making
from tests.review.making import MakeSamples, version

pytestmark = pytest.mark.django_db
ClientAs = Callable[[Any], Client]
PAGE = "/goldens/"


def act(client: Client, name: str, sample: Sample, **told: Any) -> Any:
    revision = Sample.objects.values_list("revision", flat=True).get(pk=sample.pk)
    return client.post(reverse(name, args=[sample.uuid]), {"revision": revision} | told, follow=True)


def rows(client: Client, query: str = "", name: str = "rows") -> list[int]:
    return [row.golden.sample_id for row in client.get(PAGE + query).context[name]]


@pytest.fixture
def three(reviewer: User, other: User, make_samples: MakeSamples, two_persons: Domain) -> list[Sample]:
    """One waits for a second person, one is golden, one was edited since."""
    waits, full, edited = make_samples(3)
    for sample in (waits, full, edited):
        take(reviewer, sample, Decision.GOLDEN)
    for sample in (full, edited):
        take(other, sample, Decision.GOLDEN)
    making.edited(other, version(edited), Text("What is $2100?", "", "INIDISP."))
    return [waits, full, edited]


def test_what_waits_for_my_approval_stands_first(
    client_as: ClientAs, other: User, reviewer: User, three: list[Sample]
) -> None:
    assert rows(client_as(other), name="waiting") == [three[0].pk]
    assert rows(client_as(reviewer), name="waiting") == []
    assert rows(client_as(Role.VIEWER), name="waiting") == []
    assert "Waits for your approval" in client_as(other).get(PAGE).content.decode()


def test_filters(client_as: ClientAs, three: list[Sample]) -> None:
    client, (waits, full, edited) = client_as(Role.VIEWER), three
    snapshot = Snapshot.objects.create(name="the snapshot", domain=full.domain)
    SnapshotEntry.objects.create(snapshot=snapshot, version=version(full), split="train", position=0)
    assert rows(client) == [edited.pk, full.pk, waits.pk]
    assert rows(client, "?standing=waiting") == [waits.pk]
    assert rows(client, "?standing=golden") == [full.pk]
    assert rows(client, "?standing=stale") == [edited.pk]
    assert rows(client, "?standing=over") == []
    assert rows(client, "?used=yes") == [full.pk]
    assert rows(client, "?used=no&standing=golden") == []
    assert rows(client, "?domain=text") == []
    assert rows(client, "?standing=x&domain=nowhere&used=perhaps&before=x") == [edited.pk, full.pk, waits.pk]
    assert "the snapshot</a>" in client.get(PAGE).content.decode()


def test_a_second_person_approves(client_as: ClientAs, other: User, three: list[Sample]) -> None:
    page = act(client_as(other), "approve_golden", three[0]).content.decode()
    assert "Approved: it is golden." in page
    assert is_golden(three[0])


def test_the_first_person_again_is_told_that_another_must(
    client_as: ClientAs, reviewer: User, three: list[Sample]
) -> None:
    assert "a second person must approve it" in act(client_as(reviewer), "approve_golden", three[0]).content.decode()
    assert not is_golden(three[0])


def test_gold_is_taken_back(client_as: ClientAs, other: User, three: list[Sample]) -> None:
    assert "No longer golden" in act(client_as(other), "take_golden_back", three[1]).content.decode()
    assert not is_golden(three[1])


def test_an_edited_one_is_approved_anew(client_as: ClientAs, other: User, reviewer: User, three: list[Sample]) -> None:
    for person in (other, reviewer):
        act(client_as(person), "renew_golden", three[2])
    assert is_golden(three[2])


def test_what_changed_since_the_page_was_shown_is_not_overwritten(
    client_as: ClientAs, other: User, three: list[Sample]
) -> None:
    page = act(client_as(other), "take_golden_back", three[1], revision=0).content.decode()
    assert "Not counted" in page
    assert is_golden(three[1])
    page = act(client_as(other), "take_golden_back", three[1], revision="x").content.decode()
    assert "Reload it" in page


@pytest.mark.parametrize("back, goes", [("/goldens/?standing=golden", "/goldens/?standing=golden"),
                                        ("//elsewhere.test/", PAGE), ("https://elsewhere.test/", PAGE)])  # fmt: skip
def test_an_action_leads_back_to_this_site_only(
    client_as: ClientAs, other: User, three: list[Sample], back: str, goes: str
) -> None:
    url = reverse("approve_golden", args=[three[0].uuid])
    assert client_as(other).post(url, {"revision": 1, "back": back})["Location"] == goes


def test_viewers_look_and_do_not_act(client_as: ClientAs, three: list[Sample]) -> None:
    viewer = client_as(Role.VIEWER)
    assert "Take back" not in viewer.get(PAGE).content.decode()
    for name in ("approve_golden", "take_golden_back", "renew_golden"):
        assert act(viewer, name, three[0]).status_code == 403


def test_an_empty_page_says_what_to_do(client_as: ClientAs) -> None:
    assert "with the key g" in client_as(Role.REVIEWER).get(PAGE).content.decode()
    assert "No golden fits" in client_as(Role.REVIEWER).get(PAGE + "?standing=stale").content.decode()


def test_the_page_costs_the_same_for_many(
    client_as: ClientAs, reviewer: User, other: User, make_samples: MakeSamples, django_assert_max_num_queries: Any
) -> None:
    for sample in make_samples(55):
        take(reviewer, sample, Decision.GOLDEN)
    client = client_as(other)
    with django_assert_max_num_queries(8):
        assert len(rows(client)) == 50
    with django_assert_max_num_queries(8):
        rows(client, "?standing=stale")
