"""How many samples a filter leaves: exact, capped, or about; never a wait."""

from __future__ import annotations

import time

import pytest
from django.db import OperationalError, connection
from django.db.models import Value
from django.db.models.expressions import Func
from django.db.models.fields import BooleanField
from django.test import Client
from django.urls import reverse

from afsweb.core.models import Role
from datasets_app.models import Sample
from datasets_app.search import counting
from datasets_app.search.counting import Count, count_samples
from tests.datasets.test_sample_pages import ClientAs

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(client_as: ClientAs) -> Client:
    return client_as(Role.VIEWER)


class Sleep(Func):
    """A condition that takes a while for each row."""

    template = "pg_sleep(%(expressions)s) IS NOT NULL"
    output_field = BooleanField()


def test_the_list_asks_for_the_count_by_itself(client: Client, samples: list[Sample]) -> None:
    page = client.get(reverse("list_samples") + "?state=pending&q=number").content.decode()
    assert f'hx-get="{reverse("count_samples")}?q=number&amp;state=pending"' in page


def test_a_filter_is_counted_exactly(client: Client, samples: list[Sample]) -> None:
    url = reverse("count_samples")
    assert "5 samples" in client.get(url).content.decode()
    assert "1 sample<" in client.get(url, {"q": "INIDISP"}).content.decode()
    assert "0 samples" in client.get(url, {"state": "archived"}).content.decode()
    part = client.get(url, {"q": "INIDISP"}, headers={"HX-Request": "true"}).content.decode()
    assert part.strip() == '<span class="chip">1 sample</span>'


def test_many_are_more_than_the_cap(samples: list[Sample], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counting, "CAP", 5)
    assert str(count_samples(Sample.objects.all())) == "5 samples"
    monkeypatch.setattr(counting, "CAP", 4)
    assert str(count_samples(Sample.objects.all())) == "more than 4 samples"


def test_what_takes_too_long_is_estimated(samples: list[Sample]) -> None:
    begin = time.monotonic()
    count = count_samples(Sample.objects.filter(Sleep(Value(30.0))))
    assert time.monotonic() - begin < 5
    assert count.is_estimate
    assert str(Count(1234, is_estimate=True)) == "about 1,234 samples"


def test_the_patience_ends_with_the_count(samples: list[Sample]) -> None:
    count_samples(Sample.objects.filter(Sleep(Value(30.0))))
    count_samples(Sample.objects.all())
    with connection.cursor() as cursor:
        cursor.execute("SHOW statement_timeout")
        assert cursor.fetchone() == ("0",)


def test_another_trouble_of_the_database_is_not_hidden(samples: list[Sample], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counting, "QUERY_CANCELED", "no such code")
    with pytest.raises(OperationalError):
        count_samples(Sample.objects.filter(Sleep(Value(30.0))))
