"""A sample's number or id, typed where words are searched, leads to the sample."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse

from afsweb.core.models import Role
from datasets_app.models import Sample
from datasets_app.search.jumping import named_sample
from tests.datasets.test_sample_pages import ClientAs, listed

pytestmark = pytest.mark.django_db
FIRST, SECOND = UUID("deadbeef-0000-4000-8000-000000000001"), UUID("deadbeef-0000-4000-8000-000000000002")


@pytest.fixture
def client(client_as: ClientAs) -> Client:
    return client_as(Role.VIEWER)


@pytest.fixture
def twins(samples: list[Sample]) -> list[Sample]:
    """Samples of which the first two have ids that begin alike."""
    for sample, uuid in zip(samples, (FIRST, SECOND), strict=False):
        Sample.objects.filter(pk=sample.pk).update(uuid=uuid)
        sample.refresh_from_db()
    return samples


def goes_to(client: Client, words: str) -> str | None:
    return client.get(reverse("list_samples"), {"q": words}).headers.get("Location")


def test_a_number_or_an_id_leads_to_the_sample(client: Client, twins: list[Sample]) -> None:
    page = twins[0].get_absolute_url()
    for words in (f"#{twins[0].pk}", f" #{twins[0].pk} ", str(FIRST), str(FIRST).upper(), FIRST.hex, str(FIRST)[:36]):
        assert goes_to(client, words) == page, words
    third = twins[2]
    for length in (8, 9, 13, 20):
        assert goes_to(client, str(third.uuid)[:length]) == third.get_absolute_url()


@pytest.mark.parametrize("words", ["#", "#x", "#12345678", "deadbeef", "deadbee", str(FIRST)[:7], "beginning"])
def test_what_names_no_sample_alone_is_searched_as_words(client: Client, twins: list[Sample], words: str) -> None:
    assert goes_to(client, words) is None
    assert listed(client, f"?q={words.replace('#', '%23')}") == []


def test_a_number_without_its_sign_is_a_word(client: Client, samples: list[Sample]) -> None:
    assert goes_to(client, "3") is None
    assert listed(client, "?q=3") == [samples[3].pk]


def test_it_costs_one_query(samples: list[Sample], django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        named_sample(str(samples[0].uuid)[:8])
    with django_assert_num_queries(0):
        named_sample("words that name nothing")
