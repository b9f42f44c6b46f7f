"""Goldens in the admin: a reviewer finds and curates many, with one batch in history."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from afsweb.core.models import Event, EventSource, Role, User
from datasets_app.models import Decision, Domain, Golden, Sample, Text
from tests.golden.doing import is_golden, take
from tests.review import making
from tests.review.making import MakeSamples, version

pytestmark = pytest.mark.django_db
ClientAs = Callable[[Any], Client]
LIST = "/admin/datasets/golden/"


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


def run(client: Client, action: str, *samples: Sample) -> str:
    chosen = Golden.objects.filter(sample__in=samples, is_current=True)
    told = {"action": action, "_selected_action": [row.pk for row in chosen]}
    return client.post(LIST, told, follow=True).content.decode()


def listed(client: Client, **query: str) -> list[int]:
    return [row.sample_id for row in client.get(LIST, query).context["cl"].result_list]


def test_filters(client_as: ClientAs, reviewer: User, other: User, three: list[Sample]) -> None:
    client, (waits, full, edited) = client_as(other), three
    assert listed(client) == [edited.pk, full.pk, waits.pk]
    assert listed(client, standing="waiting") == [waits.pk]
    assert listed(client, standing="golden") == [full.pk]
    assert listed(client, standing="stale") == [edited.pk]
    assert listed(client, mine="waits") == [waits.pk]
    assert listed(client_as(reviewer), mine="waits") == []
    assert listed(client, used="yes") == []
    assert listed(client, sample__domain__id__exact=str(full.domain_id)) == [edited.pk, full.pk, waits.pk]
    assert "the text was edited since" in client.get(LIST).content.decode()


def test_approve(client_as: ClientAs, other: User, three: list[Sample]) -> None:
    assert "1 sample is approved as golden" in run(client_as(other), "approve", three[0])
    assert is_golden(three[0])


def test_the_first_person_approves_nothing_twice(client_as: ClientAs, reviewer: User, three: list[Sample]) -> None:
    assert "a second person must approve it" in run(client_as(reviewer), "approve", three[0])
    assert not is_golden(three[0])


def test_take_back_and_renew_are_one_batch_each(client_as: ClientAs, other: User, three: list[Sample]) -> None:
    client = client_as(other)
    assert "2 samples are no longer golden" in run(client, "take_back", *three[:2])
    lines = Event.objects.filter(verb="ungold")
    assert {line.source for line in lines} == {EventSource.ADMIN}
    assert len({line.batch for line in lines}) == 1
    assert "1 sample is current again" in run(client, "renew", three[2])
    assert Golden.objects.filter(sample=three[2], second_by=None, is_current=True).count() == 1


def test_rows_are_not_edited_by_hand(client_as: ClientAs, admin_user: User, three: list[Sample]) -> None:
    client, row = client_as(admin_user), Golden.objects.filter(is_current=True)[0]
    assert client.get(f"{LIST}{row.pk}/change/").status_code == 200
    assert client.post(f"{LIST}{row.pk}/change/", {"needed": 1}).status_code == 403
    assert client.get(f"{LIST}add/").status_code == 403
    assert client.post(f"{LIST}{row.pk}/delete/", {"post": "yes"}).status_code == 403


def test_viewers_do_not_see_it(client_as: ClientAs, three: list[Sample]) -> None:
    assert client_as(Role.VIEWER).get(LIST).status_code == 302


def test_an_admin_says_how_many_must_approve(client_as: ClientAs, admin_user: User, reviewer: User) -> None:
    domain = Domain.objects.get(slug="asm65816")
    told = {"name": domain.name, "description": "", "golden_approvals": 2, "is_active": "on"}
    url = f"/admin/datasets/domain/{domain.pk}/change/"
    assert client_as(reviewer).post(url, told).status_code == 403
    client_as(admin_user).post(url, told)
    domain.refresh_from_db()
    assert domain.golden_approvals == 2
    event = Event.objects.get(object_type="datasets.domain")
    assert (event.actor, event.before["golden_approvals"], event.after["golden_approvals"]) == (admin_user, 1, 2)


def test_the_list_costs_the_same_for_many(
    client_as: ClientAs, reviewer: User, make_samples: MakeSamples, django_assert_max_num_queries: Any
) -> None:
    for sample in make_samples(55):
        take(reviewer, sample, Decision.GOLDEN)
    client = client_as(reviewer)
    with django_assert_max_num_queries(8):
        assert len(listed(client)) == 50
