"""People see what is held back, masked, and let it pass: one, or all that are equal."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from afsweb.core.models import Event, Role, User
from datasets_app.models import Resolution, Sample, SecretFinding
from datasets_app.secrets.deciding import resolve
from datasets_app.secrets.errors import FindingSettled
from datasets_app.secrets.guard import open_findings
from tests.datasets.conftest import line
from tests.secrets.conftest import SECRET, Examined, leak
from tests.secrets.planting import KEYS, PERSONAL

pytestmark = pytest.mark.django_db
ClientAs = Callable[[Any], Client]
OTHER = KEYS["aws"](random.Random(8))
MAIL = PERSONAL["email"](random.Random(8))


@pytest.fixture
def leaky(examined: Examined) -> list[Sample]:
    """Two samples with the same key, one with another."""
    return examined([leak(0), leak(1), leak(2, OTHER)])


def shown(client: Client, query: str = "") -> str:
    return client.get(f"/secrets/{query}").content.decode()


def test_the_list_shows_where_it_is_and_not_what(client_as: ClientAs, leaky: list[Sample]) -> None:
    text = shown(client_as(Role.VIEWER))
    assert text.count("GitHub key</span>") == 2
    assert f"{SECRET[:4]}•" in text and SECRET[4:] not in text
    assert "output, line 2" in text and leaky[0].get_absolute_url() in text
    assert "False alarm" not in text


def test_it_is_filtered(client_as: ClientAs, leaky: list[Sample], examined: Examined) -> None:
    (other,) = examined([leak(3, MAIL)], name="people.jsonl")
    client = client_as(Role.REVIEWER)
    assert "GitHub key</span>" not in shown(client, "?kind=aws")
    assert "e-mail address</span>" in shown(client, f"?source={other.source.uuid}")
    assert "GitHub key</span>" not in shown(client, f"?source={other.source.uuid}")
    assert shown(client, f"?sample={leaky[2].uuid}").count("AWS key</span>") == 1
    assert "Nothing that is held back fits" in shown(client, f"?kind=aws&source={other.source.uuid}")
    assert shown(client, "?kind=nonsense&source=x&snapshot=y").count("/resolve/") == 4


def test_without_findings_it_says_so(client_as: ClientAs) -> None:
    assert "Nothing is held back" in shown(client_as(Role.VIEWER))


def test_a_reviewer_lets_one_pass(client_as: ClientAs, reviewer: User, leaky: list[Sample]) -> None:
    finding = SecretFinding.objects.get(sample=leaky[0])
    form = {"how": "false_alarm", "next": "/secrets/?kind=github"}
    response = client_as(reviewer).post(f"/secrets/{finding.uuid}/resolve/", form, follow=True)
    assert response.redirect_chain == [("/secrets/?kind=github", 302)]
    assert "1 finding let pass" in response.content.decode()
    finding.refresh_from_db()
    assert (finding.how, finding.resolved_by, finding.for_all) == (Resolution.FALSE_ALARM, reviewer, False)
    assert open_findings().count() == 2
    event = Event.objects.get(verb="resolve secret")
    assert (event.object_id, event.actor, event.after) == (leaky[0].pk, reviewer, {"secret": "false_alarm"})


def test_all_equal_ones_pass_and_those_that_come(
    client_as: ClientAs, reviewer: User, leaky: list[Sample], examined: Examined
) -> None:
    finding = SecretFinding.objects.get(sample=leaky[0])
    form = {"how": "allowed", "equal": "yes", "next": "//elsewhere.net/"}
    response = client_as(reviewer).post(f"/secrets/{finding.uuid}/resolve/", form, follow=True)
    assert response.redirect_chain == [("/secrets/", 302)]
    assert "2 findings let pass" in response.content.decode()
    (later,) = examined([leak(4)])
    passed = SecretFinding.objects.get(sample=later)
    assert (passed.how, passed.resolved_by, passed.for_all) == (Resolution.ALLOWED, reviewer, True)
    assert [one.sample for one in open_findings()] == [leaky[2]]


def test_what_was_decided_before_is_said(client_as: ClientAs, reviewer: User, leaky: list[Sample]) -> None:
    finding = SecretFinding.objects.get(sample=leaky[0])
    resolve(finding, Resolution.ALLOWED, by=reviewer)
    with pytest.raises(FindingSettled, match="it is allowed"):
        resolve(finding, Resolution.FALSE_ALARM, by=reviewer)
    response = client_as(reviewer).post(f"/secrets/{finding.uuid}/resolve/", {"how": "false_alarm"}, follow=True)
    assert "Somebody decided on this finding before" in response.content.decode()


def test_nonsense_decides_nothing(client_as: ClientAs, reviewer: User, leaky: list[Sample]) -> None:
    finding = SecretFinding.objects.get(sample=leaky[0])
    response = client_as(reviewer).post(f"/secrets/{finding.uuid}/resolve/", {"how": "removed"}, follow=True)
    assert "Say whether it is a false alarm or allowed" in response.content.decode()
    with pytest.raises(ValueError, match="not for a person"):
        resolve(finding, Resolution.REMOVED, by=reviewer)
    assert open_findings().count() == 3


def test_a_viewer_decides_nothing(client_as: ClientAs, leaky: list[Sample]) -> None:
    finding = SecretFinding.objects.get(sample=leaky[0])
    assert client_as(Role.VIEWER).post(f"/secrets/{finding.uuid}/resolve/", {"how": "allowed"}).status_code == 403


def test_the_sample_and_its_card_warn(client_as: ClientAs, reviewer: User, leaky: list[Sample]) -> None:
    client, words = client_as(reviewer), "This text holds something secret or personal"
    for path in (leaky[0].get_absolute_url(), f"/review/?sample={leaky[0].uuid}"):
        text = client.get(path).content.decode()
        assert words in text
        assert f'href="/secrets/?sample={leaky[0].uuid}"' in text
    resolve(SecretFinding.objects.get(sample=leaky[0]), Resolution.ALLOWED, by=reviewer)
    assert words not in client.get(leaky[0].get_absolute_url()).content.decode()


def test_the_dashboard_counts_what_waits(client_as: ClientAs, leaky: list[Sample]) -> None:
    assert "secrets found in texts, held back" in client_as(Role.REVIEWER).get("/").content.decode()


def test_the_list_costs_few_queries(
    client_as: ClientAs, examined: Examined, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    examined([leak(number) for number in range(30)] + [line(31)])
    client = client_as(Role.REVIEWER)
    with django_assert_max_num_queries(7):
        assert shown(client).count("False alarm") == 30
