"""The pages of endpoints and their prices."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from afsweb.core.models import Endpoint, Provider, Role, User

Login = Callable[[Role | User], Client]
FORM = {"name": "ollama", "provider": "openai_compatible", "base_url": "http://127.0.0.1:11434/v1", "model": "m"}


def test_an_admin_adds_an_endpoint(client_as: Login) -> None:
    answer = client_as(Role.ADMIN).post("/endpoints/new/", {**FORM, "is_active": "on"})
    assert answer.status_code == 302
    assert Endpoint.objects.get().provider == Provider.OPENAI_COMPATIBLE


def test_a_server_of_ones_own_needs_its_address(client_as: Login) -> None:
    answer = client_as(Role.ADMIN).post("/endpoints/new/", {**FORM, "base_url": ""})
    assert answer.status_code == 200
    assert "needs its address" in answer.content.decode()


def test_a_key_of_another_provider_is_refused(client_as: Login, gemini: Endpoint) -> None:
    assert gemini.key is not None
    answer = client_as(Role.ADMIN).post("/endpoints/new/", {**FORM, "key": gemini.key.pk})
    assert "Choose a key of the same provider" in answer.content.decode()


def test_a_trainer_may_look_but_not_add(client_as: Login) -> None:
    trainer = client_as(Role.TRAINER)
    assert trainer.get("/endpoints/").status_code == 200
    assert trainer.post("/endpoints/new/", FORM).status_code == 403


def test_a_price_is_added_and_the_older_one_stays(client_as: Login, gemini: Endpoint) -> None:
    price = {"since": "2026-02-01", "input_per_million": "1", "output_per_million": "2", "source": "page"}
    client_as(Role.ADMIN).post(f"/endpoints/{gemini.uuid}/prices/", price)
    assert gemini.prices.count() == 2


def test_a_wrong_price_is_refused_with_its_field(client_as: Login, gemini: Endpoint) -> None:
    price = {"since": "yesterday", "input_per_million": "1", "output_per_million": "2", "source": "page"}
    page = client_as(Role.ADMIN).post(f"/endpoints/{gemini.uuid}/prices/", price, follow=True)
    assert "since: Enter a valid date" in page.content.decode()
    assert gemini.prices.count() == 1


def test_a_second_price_of_one_day_is_refused(client_as: Login, gemini: Endpoint) -> None:
    price = {"since": "2026-01-01", "input_per_million": "1", "output_per_million": "2", "source": "page"}
    page = client_as(Role.ADMIN).post(f"/endpoints/{gemini.uuid}/prices/", price, follow=True)
    assert "There is a price from this day on" in page.content.decode()
    assert gemini.prices.count() == 1


@pytest.mark.parametrize("path", ["/endpoints/", "/endpoints/{uuid}/"])
def test_pages_cost_few_queries(
    client_as: Login, gemini: Endpoint, path: str, django_assert_max_num_queries: Any
) -> None:
    client = client_as(Role.VIEWER)
    with django_assert_max_num_queries(8):
        assert client.get(path.format(uuid=gemini.uuid)).status_code == 200
